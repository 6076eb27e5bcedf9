import type { Callee } from '../http/callbacks.js';
import type { Vault } from '../sources/keep.js';
import { callbackToken } from '../sources/partner-insights/callback.js';
import type { Source } from '../sources/source.js';
import type { Store } from '../store/store.js';

/** The sources whose service calls back, each with its tenant's token and its own word on what it knows. */
export function calleesOf(
  sources: readonly Source[],
  vault: Vault,
  store: Pick<Store, 'subjects'>,
): readonly Callee[] {
  return sources
    .filter((source) => source.kind === 'partner-insights')
    .map((source) => ({
      key: source.key,
      tenant: source.tenant,
      token: () => callbackToken(vault, source.tenant),
      knows: async (id) => (await source.hint?.(id)) === true || (await isRecorded(id, source, store)),
    }));
}

/** Another process may do the polling: what it saw is in the record. */
async function isRecorded(id: string, source: Source, store: Pick<Store, 'subjects'>): Promise<boolean> {
  const prefix = `report:${id.toLowerCase()}`;
  const rows = await store.subjects({ tenant: source.tenant, kind: source.kind, prefix });
  return rows.some((row) => row.source === source.key && row.subject === prefix);
}
