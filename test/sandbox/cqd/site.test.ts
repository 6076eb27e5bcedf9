import { createHash, getHashes } from 'node:crypto';
import { Agent, request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { HOUR, MINUTE } from '../../../src/model/time.js';
import { md4 } from '../../../src/sandbox/cqd/md4.js';
import { openSandbox, type Sandbox } from '../../../src/sandbox/sandbox.js';
import { playWeek } from '../../../src/sandbox/week/index.js';
import type { Source } from '../../../src/sources/source.js';
import { openSource, statesOf } from '../../sources/cqd/support.js';
import { handClock } from '../support.js';

describe('MD4 (RFC 1320, A.5)', () => {
  it.each([
    ['', '31d6cfe0d16ae931b73c59d7e0c089c0'],
    ['abc', 'a448017aaf21d8525fc10ae87aa6729d'],
    ['message digest', 'd9130a8164549fe818874806e1c7014b'],
    [
      '12345678901234567890123456789012345678901234567890123456789012345678901234567890',
      'e33b4ddc9c38f2199c3e7b164fcc0536',
    ],
  ])('of %j', (text, expected) => {
    expect(md4(Buffer.from(text)).toString('hex')).toBe(expected);
    if (getHashes().includes('md4'))
      try {
        expect(createHash('md4').update(text).digest('hex')).toBe(expected);
      } catch {
        // OpenSSL lists it and does not load it.
      }
  });
});

const START = Date.parse('2026-11-02T08:00:00Z');
const clock = handClock(START);
let sandbox: Sandbox;

beforeAll(async () => {
  sandbox = await openSandbox({ clock });
});
afterAll(() => sandbox.close());

/** One bare request over the agent's one socket. */
function get(agent: Agent, authorization?: string): Promise<{ status: number; wants: readonly string[] }> {
  return new Promise((resolve, reject) => {
    const asked = request(
      `${sandbox.cqd.url}/QoEDataService/IntegrationLog/Status`,
      { agent, headers: authorization === undefined ? {} : { authorization } },
      (answer) => {
        answer.resume();
        const wants = answer.rawHeaders.flatMap((name, i, all) =>
          name.toLowerCase() === 'www-authenticate' ? [all[i + 1] ?? ''] : [],
        );
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, wants }));
      },
    );
    asked.on('error', reject);
    asked.end();
  });
}

describe('Windows sign-in', () => {
  it('is asked for in two headers, and a proof counts for no connection but the one it was asked on', async () => {
    const { control } = sandbox.cqd;
    control.auth({ kind: 'ntlm', accounts: [{ domain: 'CONTOSO', username: 'svc', password: 'p' }] });
    const one = new Agent({ keepAlive: true, maxSockets: 1 });
    const other = new Agent({ keepAlive: true, maxSockets: 1 });
    expect(await get(one)).toEqual({ status: 401, wants: ['Negotiate', 'NTLM'] });
    const negotiate = `NTLM ${Buffer.concat([Buffer.from('NTLMSSP\0\x01\0\0\0'), Buffer.from([2, 2, 8, 0])]).toString('base64')}`;
    const { wants } = await get(one, negotiate);
    expect(wants[0]).toMatch(/^NTLM TlRMTVNTUAAC/);
    // A third leg on another connection, and one after a bare request, find no challenge.
    const authenticate = `NTLM ${Buffer.concat([Buffer.from('NTLMSSP\0\x03\0\0\0'), Buffer.alloc(80)]).toString('base64')}`;
    expect((await get(other, authenticate)).status).toBe(401);
    await get(one);
    expect((await get(one, authenticate)).status).toBe(401);
    expect(control.ntlm).toEqual({ handshakes: 0, refused: 2, reused: 0 });
    one.destroy();
    other.destroy();
    control.auth({ kind: 'none' });
  });
});

describe('the week of the dashboard', () => {
  it('has a cube that fails, an archive job that dies and a run that never ends', async () => {
    playWeek(sandbox);
    const source: Source = openSource({ url: sandbox.cqd.url });
    const seen: string[] = [];
    // Between two runs.
    clock.move(7 * MINUTE);
    for (let at = 0; at < 5 * 24 * HOUR; at += 30 * MINUTE) {
      const states = await statesOf(source, clock.now());
      const bare = states.replaceAll(/running|flapping/g, 'healthy');
      if (seen.at(-1) !== bare) seen.push(bare);
      clock.move(30 * MINUTE);
    }
    await source.close();
    expect(seen).toEqual([
      'integration healthy, cube healthy',
      'integration healthy, cube failing',
      'integration healthy, cube failing+stale',
      'integration healthy, cube healthy',
      'integration stale, cube healthy',
      'integration healthy, cube healthy',
      'integration healthy, cube healthy+stale',
      'integration healthy, cube stuck+stale',
      'integration healthy, cube healthy',
    ]);
  });
});
