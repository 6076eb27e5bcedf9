import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openHttp, type Http } from '../../../src/lib/http.js';
import { silentLog } from '../../../src/lib/log.js';
import { MINUTE } from '../../../src/model/time.js';
import { openAccess } from '../../../src/sources/partner-insights/auth.js';
import { startDouble, tenantOf, type Double } from '../../support/graph-double.js';
import { emptyKeep } from '../../support/keep.js';

let double: Double;
let http: Http;

beforeAll(async () => {
  double = await startDouble();
  http = openHttp({ ca: double.ca, userAgent: 'test', log: silentLog });
});
afterAll(async () => {
  await http.close();
  await double.close();
});

describe('a token of Partner Center', () => {
  it('lives as long as it says, also where the number is written as text', async () => {
    let given = 0;
    double.token(() => {
      given += 1;
      const body = {
        token_type: 'Bearer',
        expires_in: '3599',
        expires_on: '1612794445',
        access_token: `access-${given}`,
        refresh_token: `refresh-${given}`,
      };
      return { body };
    });
    const kept = new Map<string, string>();
    const vault = {
      ...emptyKeep.vault,
      get: (name: string) => Promise.resolve(kept.get(name)),
      put: (name: string, secret: string) => Promise.resolve(void kept.set(name, secret)),
    };
    const access = openAccess({
      auth: { kind: 'refresh-token', token: 'the first' },
      tenant: tenantOf(double),
      http,
      tokens: { token: () => Promise.reject(new Error('not this way')) },
      vault,
    });
    const at = async (minutes: number): Promise<string> => access.token(minutes * MINUTE);
    expect([await at(0), await at(54), await at(55), await at(56)]).toEqual([
      'access-1',
      'access-1',
      'access-2',
      'access-2',
    ]);
    expect([...kept.values()]).toEqual(['refresh-2']);
  });
});
