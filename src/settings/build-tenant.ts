import { resolve } from 'node:path';
import type { SourceKind } from '../model/source.js';
import { MINUTE } from '../model/time.js';
import type { TenantConnection } from '../sources/source.js';
import { CLOUD_ENDPOINTS } from './clouds.js';
import type { Problem } from './problem.js';
import type { TenantInput } from './schema.js';
import { UNRESOLVED } from './secrets.js';
import type { TenantSettings } from './settings.js';
import { trimmed } from './values.js';

/** A source whose own settings were checked by its plug. */
export interface CheckedSource {
  readonly kind: SourceKind;
  readonly name?: string;
  readonly every?: number;
  readonly settings: unknown;
}

/** How often a source is polled where the settings do not say; those that are not named here, each minute. */
const EVERY: Partial<Readonly<Record<SourceKind, number>>> = {
  'message-center': 15 * MINUTE,
  'direct-routing': 5 * MINUTE,
  cqd: 5 * MINUTE,
  'partner-insights': 10 * MINUTE,
};

/** A tenant and how it is reached. Its certificate is read here; what is wrong with it is put among `problems`. */
export function tenantOf(
  tenant: TenantInput,
  index: number,
  sources: readonly (CheckedSource | undefined)[],
  folder: string,
  { readFile }: { readonly readFile: ReadFile },
  problems: Problem[],
): TenantSettings {
  const { name, tenantId, cloud, clientId, ca } = tenant;
  const { login, graph, manage, partner } = tenant.endpoints;
  const own = CLOUD_ENDPOINTS[cloud];
  const connection: TenantConnection = {
    name,
    tenantId,
    cloud,
    clientId,
    credential: credentialOf(tenant, index, folder, readFile, problems),
    endpoints: {
      login: trimmed(login ?? own.login),
      graph: trimmed(graph ?? own.graph),
      manage: trimmed(manage ?? own.manage),
      partner: trimmed(partner ?? own.partner),
    },
    customHosts: [login, graph, manage, partner].some((host) => host !== undefined),
    ...(ca === undefined ? {} : { ca }),
  };
  return {
    connection,
    sources: sources.flatMap((source) =>
      source === undefined
        ? []
        : [
            {
              kind: source.kind,
              ...(source.name === undefined ? {} : { name: source.name }),
              everyMs: source.every ?? EVERY[source.kind] ?? MINUTE,
              settings: source.settings,
            },
          ],
    ),
  };
}

function credentialOf(
  { clientSecret, certificate }: TenantInput,
  index: number,
  folder: string,
  readFile: ReadFile,
  problems: Problem[],
): TenantConnection['credential'] {
  if (certificate === undefined) return { secret: clientSecret ?? '' };
  const { file, passphrase } = certificate;
  if (file === UNRESOLVED) return { secret: '' };
  try {
    // `file: file:/path` has been read already.
    const pem = file.includes('-----BEGIN') ? file : readFile(resolve(folder, file));
    if (!pem.includes('PRIVATE KEY-----') || !pem.includes('BEGIN CERTIFICATE-----'))
      problems.push({
        path: `tenants[${index}].certificate.file`,
        message: 'must hold the certificate and its private key as PEM',
      });
    return { certificatePem: pem, ...(passphrase === undefined ? {} : { passphrase }) };
  } catch {
    problems.push({ path: `tenants[${index}].certificate.file`, message: `the file ${file} cannot be read` });
    return { secret: '' };
  }
}

type ReadFile = (path: string) => string;
