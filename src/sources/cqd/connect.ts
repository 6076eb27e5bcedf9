import { openHttp } from '../../lib/http.js';
import { openNtlm } from './ntlm.js';
import type { CqdAuth } from './settings.js';
import { MAX_BYTES, USER_AGENT, type Transport, type TransportOptions } from './transport.js';

export function openTransport(options: TransportOptions): Transport {
  const { auth } = options;
  if (auth.kind === 'ntlm') return openNtlm(auth, options);
  const http = openHttp({
    ...(options.ca === undefined ? {} : { ca: options.ca }),
    userAgent: USER_AGENT,
    log: options.log,
    random: options.random,
  });
  const authorization = authorizationOf(auth);
  return {
    get: (url) =>
      http.request({
        url,
        headers: authorization === undefined ? {} : { authorization },
        timeoutMs: options.timeoutMs,
        maxBytes: MAX_BYTES,
        anyStatus: true,
      }),
    close: () => http.close(),
  };
}

function authorizationOf(auth: Exclude<CqdAuth, { kind: 'ntlm' }>): string | undefined {
  switch (auth.kind) {
    case 'none':
      return undefined;
    case 'basic':
      return `Basic ${Buffer.from(`${auth.username}:${auth.password}`, 'utf8').toString('base64')}`;
    case 'bearer':
      return `Bearer ${auth.token}`;
  }
}
