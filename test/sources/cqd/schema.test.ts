import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { readStatus, repaired, Unreadable } from '../../../src/sources/cqd/schema.js';
import { cqdSettings } from '../../../src/sources/cqd/settings.js';
import { aStatus } from './support.js';

const EMPTY = { successes: [], failures: [], startedAt: undefined };
const PUBLISHED = '../shared/payloads/documented-cqd-IntegrationLog-Status.txt';

describe('the body of IntegrationLog/Status', () => {
  (existsSync(PUBLISHED) ? it : it.skip)('is read as Microsoft prints it, which is no JSON', () => {
    const text = readFileSync(PUBLISHED, 'utf8');
    expect(() => JSON.parse(text) as unknown).toThrow();
    const status = readStatus(text);
    expect(status?.integration).toEqual({
      successes: expect.arrayContaining(['01/18/2015 10:30:13']),
      failures: [],
      startedAt: undefined,
    });
    expect(status?.cube.failures).toHaveLength(5);
    expect(status?.cube.startedAt).toBe('01/18/2015 10:30:16');
  });

  it.each([
    ['a missing value', '"LastFailedIntegrations":  ,'],
    ['null', '"LastFailedIntegrations": null,'],
    ['an empty text', '"LastFailedIntegrations": "",'],
    ['an empty list', '"LastFailedIntegrations": [],'],
    ['a list of nothing', '"LastFailedIntegrations": [null, ""],'],
    ['the year 1', '"LastFailedIntegrations": ["01/01/0001 00:00:00"],'],
    ['an absent key', ''],
  ])('takes %s for none', (_name, row) => {
    expect(readStatus(`{${row} "LastCubeProcessingStart": }`)).toEqual({ integration: EMPTY, cube: EMPTY });
  });

  it('leaves what stands in quotes as it is', () => {
    expect(repaired('{"a":"x:, \\":}", "b": ,"c":\n}')).toBe('{"a":"x:, \\":}", "b":null ,"c":null\n}');
  });

  it.each(['', '  \r\n', '""', 'null', '\uFEFF'])('says with %j that the log is switched off', (text) => {
    expect(readStatus(text)).toBeUndefined();
  });

  it.each([
    ['{"Message":"An error has occurred."}', 'no integration log status'],
    ['[]', 'no integration log status'],
    ['{"LastSuccessIntegrations": 5}', 'no integration log status'],
    ['{"LastSuccessIntegrations": [', 'broken JSON'],
    ['{"LastSuccessIntegrations": ["18/01/2015 10:30:13"]}', 'MM/dd/yyyy'],
  ])('does not guess at %s', (text, words) => {
    expect(() => readStatus(text)).toThrow(Unreadable);
    expect(() => readStatus(text)).toThrow(words);
  });

  it('may be in other letters', () => {
    const text = aStatus({ cubes: ['01/18/2015 10:30:13'] }).replaceAll('"Last', '"last');
    expect(readStatus(text)?.cube.successes).toEqual(['01/18/2015 10:30:13']);
  });
});

describe('the settings of a site', () => {
  const problems = (given: object): readonly string[] => {
    const read = cqdSettings.safeParse({
      url: 'https://cqd.contoso.com',
      timeZone: 'Europe/Paris',
      ...given,
    });
    return read.success ? [] : read.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  };
  const basic = { kind: 'basic', username: 'a', password: 'b' };

  it.each([
    ['nothing more', {}, []],
    [
      'http with Windows sign-in',
      { url: 'http://cqd', auth: { kind: 'ntlm', username: 'a', password: 'b' } },
      [],
    ],
    ['basic over https', { auth: basic }, []],
    ['basic over http', { url: 'http://127.0.0.1:80', auth: basic }, ['auth.kind: basic needs an https url']],
    [
      'bearer over http',
      { url: 'http://cqd', auth: { kind: 'bearer', token: 't' } },
      ['auth.kind: bearer needs an https url'],
    ],
    [
      'bearer over http to this machine',
      { url: 'http://localhost', auth: { kind: 'bearer', token: 't' } },
      [],
    ],
    ['a password in the url', { url: 'https://a:b@cqd' }, ['url: must be']],
    ['no such zone', { timeZone: 'Paris' }, ['timeZone: is not an IANA time zone']],
    ['an unknown key', { portal: 'x' }, [': Unrecognized key']],
    ['a limit of nothing', { limits: { cube: '0s' } }, ['limits.cube: expected a duration']],
  ])('%s', (_name, given, expected) => {
    const found = problems(given);
    expect(found).toHaveLength(expected.length);
    expected.forEach((words, i) => expect(found[i]).toContain(words));
  });

  it.each(['https://cqd.contoso.com', 'https://cqd.contoso.com/', 'https://cqd.contoso.com/CQD/#/Health'])(
    'takes %s for the root',
    (url) => {
      expect(cqdSettings.parse({ url, timeZone: 'UTC' }).url).toBe('https://cqd.contoso.com');
    },
  );
});
