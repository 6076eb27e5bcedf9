import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { HOUR } from '../../../src/model/time.js';
import { openClient, type CallsClient } from '../../../src/sources/direct-routing/client.js';
import { openNames } from '../../../src/sources/direct-routing/fold.js';
import { openPageReader } from '../../../src/sources/direct-routing/scan/page.js';
import { openTenant, type TenantApis } from '../../../src/sources/tenant.js';
import { T0 } from '../../support/builders.js';
import {
  quietDeps,
  startDouble,
  tenantOf,
  type Double,
  type DoubleRequest,
} from '../../support/graph-double.js';
import { aCall, guid } from './support.js';

let double: Double;
let apis: TenantApis[] = [];

beforeAll(async () => {
  double = await startDouble();
});
afterAll(async () => {
  await double.close();
});
afterEach(async () => {
  await Promise.all(apis.map((api) => api.close()));
  apis = [];
});

function open(): CallsClient {
  const tenant = tenantOf(double);
  const api = openTenant(tenant, quietDeps);
  apis.push(api);
  return openClient({
    graph: api.graph,
    endpoint: tenant.endpoints.graph,
    reader: openPageReader(openNames()),
    pace: () => Promise.resolve(),
    spend: () => undefined,
  });
}

function numberOf({ path }: DoubleRequest): number {
  return Number(/page=(\d+)/.exec(path)?.[1] ?? 1);
}

function linkTo(page: number): string {
  return `${double.url}/v1.0/communications/callRecords/calls?page=${page}`;
}

/** Pages of `size` calls, numbered on; each names the next but the last. */
function pageOf(page: number, last: number, size = 2): object {
  const value = Array.from({ length: size }, (_, i) => aCall((page - 1) * size + i, T0 - HOUR));
  return { value, ...(page < last ? { '@odata.nextLink': linkTo(page + 1) } : {}) };
}

/** Every call's number in the order in which they are told. */
function taker(): { readonly told: number[]; take: Parameters<CallsClient['read']>[2] } {
  const told: number[] = [];
  return { told, take: (row) => void told.push(row.id3) };
}

const goOn = (): Promise<boolean> => Promise.resolve(true);

describe('pages of the call log', () => {
  it('ask for the next one while this one is counted, and are told in their order', async () => {
    const seen: number[] = [];
    double.answer((request) => {
      seen.push(numberOf(request));
      return { body: pageOf(numberOf(request), 4) };
    });
    const { told, take } = taker();
    let pages = 0;
    const after = async (): Promise<boolean> => {
      pages += 1;
      // Only a next page that was asked for meanwhile lets this one end.
      while (pages > 1 && pages < 4 && !seen.includes(pages + 1))
        await new Promise((resolve) => setImmediate(resolve));
      expect(told).toHaveLength(pages * 2);
      return true;
    };
    expect(await open().read(T0 - HOUR, T0, take, after)).toEqual({ rows: 8, broken: 0, whole: true });
    expect(told).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(seen).toEqual([1, 2, 3, 4]);
  });

  it('that are long wait with the server until it is their turn', async () => {
    double.answer((request) => ({ body: pageOf(numberOf(request), 4, 4_500) }));
    const { told, take } = taker();
    const slowly = async (): Promise<boolean> => {
      const before = told.length;
      for (let i = 0; i < 20; i += 1) await new Promise((resolve) => setImmediate(resolve));
      expect(told).toHaveLength(before);
      return true;
    };
    expect(await open().read(T0 - HOUR, T0, take, slowly)).toMatchObject({ rows: 18_000, whole: true });
    expect(told).toEqual(Array.from({ length: 18_000 }, (_, i) => i));
  });

  it('are no more than one when the first ends the reading', async () => {
    const seen: number[] = [];
    double.answer((request) => {
      seen.push(numberOf(request));
      return { body: pageOf(numberOf(request), 4) };
    });
    const end = await open().read(T0 - HOUR, T0, taker().take, () => Promise.resolve(false));
    expect([end, seen]).toEqual([{ rows: 2, broken: 0, whole: false }, [1]]);
  });

  it('lead where the answer says, and not where its last bytes seem to', async () => {
    double.answer((request) => {
      const page = numberOf(request);
      const text = JSON.stringify({ ...pageOf(page, 3), '"@odata.nextLink': linkTo(9) });
      return { body: page === 9 ? '<html>' : text };
    });
    const { told, take } = taker();
    expect(await open().read(T0 - HOUR, T0, take, goOn)).toMatchObject({ rows: 6, whole: true });
    expect(told).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it('of which one is refused leave those before it counted', async () => {
    double.answer((request) =>
      numberOf(request) === 3 ? { status: 403 } : { body: pageOf(numberOf(request), 4) },
    );
    const { told, take } = taker();
    const slowly = async (): Promise<boolean> => {
      for (let i = 0; i < 50; i += 1) await new Promise((resolve) => setImmediate(resolve));
      return true;
    };
    await expect(open().read(T0 - HOUR, T0, take, slowly)).rejects.toMatchObject({ code: 'api.denied' });
    expect(told).toEqual([0, 1, 2, 3]);
  });

  it('that break off are asked for again, and told from their first row', async () => {
    let tries = 0;
    double.answer((request) => {
      const text = JSON.stringify(pageOf(numberOf(request), 2));
      if (numberOf(request) === 2) tries += 1;
      const cut = tries === 1 ? { 'content-length': String(text.length + 10), connection: 'close' } : {};
      return { body: text, headers: cut };
    });
    const { told, take } = taker();
    expect(await open().read(T0 - HOUR, T0, take, goOn)).toMatchObject({ whole: true });
    expect([...new Set(told)].map(guid)).toEqual([0, 1, 2, 3].map(guid));
  });
});
