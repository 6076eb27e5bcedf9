import { createPrivateKey, X509Certificate } from 'node:crypto';

/** What an app proves itself with in place of a secret, as the token library takes it. */
export interface ClientCertificate {
  /** SHA-256 of the certificate, in hexadecimal. */
  readonly thumbprintSha256: string;
  /** PKCS #8, PEM. */
  readonly privateKey: string;
  /** The certificate itself, PEM. */
  readonly x5c: string;
}

export const CERTIFICATE_ADVICE =
  'Give one PEM file with the certificate and its private key, and the passphrase if the key has one.';

/**
 * Out of one PEM text with a certificate and its private key, in any order. Throws an Error whose message goes on after the
 * file's name: `lacks the private key`.
 */
export function readClientCertificate(pem: string, passphrase: string | undefined): ClientCertificate {
  const x5c = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/.exec(pem)?.[0];
  const key = /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]+?-----END [A-Z ]*PRIVATE KEY-----/.exec(pem)?.[0];
  if (x5c === undefined) throw new Error('lacks the certificate');
  if (key === undefined) throw new Error('lacks the private key');
  try {
    const privateKey = createPrivateKey({ key, ...(passphrase === undefined ? {} : { passphrase }) });
    return {
      thumbprintSha256: new X509Certificate(x5c).fingerprint256.replaceAll(':', ''),
      privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
      x5c,
    };
  } catch (cause) {
    throw new Error('cannot be read: the key or its passphrase is wrong', { cause });
  }
}
