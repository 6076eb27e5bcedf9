import type { Sandbox } from '../../src/sandbox/sandbox.js';
import type { TenantConnection } from '../../src/sources/source.js';

/** How a source reaches the tenant of a sandbox. */
export function tenantOf(sandbox: Sandbox, tenantId = sandbox.tenantId): TenantConnection {
  return {
    name: 'contoso',
    tenantId,
    cloud: 'global',
    clientId: sandbox.clientId,
    credential: { secret: sandbox.clientSecret },
    endpoints: sandbox.endpoints,
    customHosts: true,
    ca: sandbox.caPem,
  };
}
