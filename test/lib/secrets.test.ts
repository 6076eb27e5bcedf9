import { describe, expect, it } from '@jest/globals';
import { Fault } from '../../src/lib/fault.js';
import { withoutSecrets, withoutThese } from '../../src/lib/secrets.js';

const JWT = 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ4In0.c2lnbmF0dXJl';

describe('what somebody else wrote', () => {
  it.each([
    [`the header Authorization: Bearer ${JWT} is bad`, 'the header Authorization: Bearer [token] is bad'],
    [`token ${JWT}.`, 'token [token]'],
    ['Basic c3ZjOnBhc3N3b3JkIQ== refused', 'Basic [token] refused'],
    ['client_secret=8Q~abc.def&x=1', 'client_secret=[secret]&x=1'],
    ['{"refresh_token": "1.AbcDefGhi", "n": 1}', '{"refresh_token": "[secret]", "n": 1}'],
    ['password: hunter22, try again', 'password: [secret], try again'],
    ['see https://files.example/r.csv?sv=1&sig=abc%2F now', 'see https://files.example/r.csv now'],
    ['postgres://tocsin:pa:ss@db:5432/t refused', 'postgres://db:5432/t refused'],
    ['xoxb-1234-abcdef is revoked', '[token] is revoked'],
    ['no route to +33155501234', 'no route to [number]'],
  ])('%s', (text, shown) => {
    expect(withoutSecrets(text)).toBe(shown);
  });

  it.each([
    'https://learn.microsoft.com/graph/api/callrecord answered 503',
    'Bearer authentication is wanted',
    'Check appPassword, tenantId and cloud under teams.',
    'The password of the account has expired.',
    '+3315***34 → +44***',
    'since 2026-11-21T03:10:00+01:00',
  ])('%s stays as it is', (text) => {
    expect(withoutSecrets(text)).toBe(text);
  });

  it('is read in one go, however it repeats itself', () => {
    for (const part of ['a://', 'eyJ', 'Bearer ', 'https://a', '+1', 'password='])
      expect(withoutSecrets(part.repeat(50_000)).length).toBeLessThanOrEqual(part.length * 50_000);
  });

  it('is cleaned of what was confided, as it is and as addresses write it', () => {
    expect(withoutThese('a b/c+d is not a%20b%2Fc%2Bd', ['a b/c+d', '', 'is'])).toBe(
      '[secret] is not [secret]',
    );
  });

  it('is cleaned in every fault', () => {
    const fault = new Fault('api.failed', `It said Bearer ${JWT}`, { detail: `client_secret=${JWT}` });
    expect(`${fault.message} ${fault.detail ?? ''} ${fault.stack ?? ''}`).not.toContain('eyJ');
  });
});
