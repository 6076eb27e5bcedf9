import { createHash, X509Certificate } from 'node:crypto';

/** A tenant, known by its id or its domain. */
export interface SandboxTenant {
  readonly tenantId: string;
  readonly domain: string;
}

/** An app registration with what each of its tenants consented to. */
export interface SandboxApp {
  readonly clientId: string;
  readonly clientSecret?: string;
  /** PEM certificates whose keys may sign client assertions. */
  readonly certificates?: readonly string[];
  /** Application roles with admin consent. */
  readonly roles: readonly string[];
  /** Only these tenants know the app; without it every tenant does. */
  readonly tenants?: readonly string[];
}

/** Who may sign in. Registering a thing again replaces it. */
export interface Directory {
  addTenant(tenant: SandboxTenant): void;
  addApp(app: SandboxApp): void;
  tenant(idOrDomain: string): SandboxTenant | undefined;
  app(tenant: SandboxTenant, clientId: string): SandboxApp | undefined;
}

export function openDirectory(): Directory {
  const tenants = new Map<string, SandboxTenant>();
  const apps = new Map<string, SandboxApp>();
  return {
    addTenant: (tenant) => {
      tenants.set(tenant.tenantId.toLowerCase(), tenant);
      tenants.set(tenant.domain.toLowerCase(), tenant);
    },
    addApp: (app) => {
      apps.set(app.clientId.toLowerCase(), app);
    },
    tenant: (idOrDomain) => tenants.get(idOrDomain.toLowerCase()),
    app: (tenant, clientId) => {
      const app = apps.get(clientId.toLowerCase());
      if (app?.tenants !== undefined && !app.tenants.includes(tenant.tenantId)) return undefined;
      return app;
    },
  };
}

/** The certificate that an assertion's header names by `x5t#S256`, `x5t` or `kid` (Microsoft Learn, certificate credentials). */
export function findCertificate(
  app: SandboxApp,
  named: Readonly<Record<string, unknown>>,
): X509Certificate | undefined {
  for (const pem of app.certificates ?? []) {
    const certificate = new X509Certificate(pem);
    const sha1 = createHash('sha1').update(certificate.raw);
    const sha256 = createHash('sha256').update(certificate.raw).digest('base64url');
    if (named['x5t#S256'] === sha256) return certificate;
    const thumbprint = sha1.digest();
    if (named['x5t'] === thumbprint.toString('base64url')) return certificate;
    if (String(named['kid']).toLowerCase() === thumbprint.toString('hex')) return certificate;
  }
  return undefined;
}
