import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { createSecureContext, rootCertificates } from 'node:tls';
import { Agent, EnvHttpProxyAgent, type Dispatcher } from 'undici';

const CONNECT_TIMEOUT = 10_000;

/** Where requests go: straight to loopback hosts, through the environment's proxy (when there is one) to all others. */
export interface Dispatchers {
  for(url: URL): Dispatcher;
  close(): Promise<void>;
}

export function openDispatchers(ca: string | undefined): Dispatchers {
  // Read once: with the list itself, every connection would read some hundred and fifty certificates again.
  const trust = ca === undefined ? {} : { secureContext: createSecureContext({ ca: trusted(ca) }) };
  const connect = { timeout: CONNECT_TIMEOUT, ...trust };
  const direct = new Agent({ connect });
  const proxied = hasProxy()
    ? new EnvHttpProxyAgent({ connect, requestTls: connect, proxyTls: connect })
    : direct;
  return {
    for: (url) => (isLoopback(url.hostname) ? direct : proxied),
    async close() {
      await direct.destroy();
      if (proxied !== direct) await proxied.destroy();
    },
  };
}

/** An explicit list replaces Node's own, NODE_EXTRA_CA_CERTS included: so all three are named. */
export function trusted(ca: string): string[] {
  return [...rootCertificates, ...extraAuthorities(), ca];
}

function extraAuthorities(): string[] {
  const file = process.env['NODE_EXTRA_CA_CERTS'];
  if (file === undefined || file === '') return [];
  try {
    return [readFileSync(file, 'utf8')];
  } catch {
    // Node itself has warned about it at start.
    return [];
  }
}

function hasProxy(): boolean {
  return ['HTTP_PROXY', 'http_proxy', 'HTTPS_PROXY', 'https_proxy'].some(
    (name) => (process.env[name] ?? '') !== '',
  );
}

export function isLoopback(hostname: string): boolean {
  const host = hostname.replace(/^\[|\]$/g, '');
  return (
    host === 'localhost' ||
    host.endsWith('.localhost') ||
    host === '::1' ||
    (isIP(host) === 4 && host.startsWith('127.'))
  );
}
