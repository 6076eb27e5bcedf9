import { randomBytes } from 'node:crypto';
import type { Vault } from '../keep.js';

/** Where Partner Center's callbacks come in; a token and then a slash and the report's id, or `?reportId=`, follow. */
export const CALLBACK_PATH = '/callbacks/partner-insights/';

/** The tenant's secret part of the callback's address, made at its first use. Unauthenticated calls carry nothing else. */
export async function callbackToken(vault: Vault, tenant: string): Promise<string> {
  const name = `partner-insights/callback/${tenant}`;
  const known = await vault.get(name);
  if (known !== undefined) return known;
  await vault.put(name, randomBytes(32).toString('base64url'));
  // Read back: of two processes that made one, both use the one that stayed.
  return (await vault.get(name)) ?? '';
}

/**
 * The address that a report is given, without a slash or a query at its end: the service joins the id to it as text. Only
 * under https; undefined when we have no such address.
 */
export function callbackAddress(publicUrl: string, token: string): string | undefined {
  if (!URL.canParse(publicUrl)) return undefined;
  const url = new URL(publicUrl);
  if (url.protocol !== 'https:' || url.search !== '' || url.hash !== '') return undefined;
  return `${publicUrl.replace(/\/+$/, '')}${CALLBACK_PATH}${token}`;
}
