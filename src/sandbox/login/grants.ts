import { createHash, randomBytes } from 'node:crypto';

/** A person's sign-in, as an app was given it. */
export interface SignIn {
  readonly tenantId: string;
  readonly clientId: string;
  /** UPN. */
  readonly user: string;
  /** With a second factor. */
  readonly mfa: boolean;
  /** Comes back in the token that says who signed in. */
  readonly nonce?: string;
}

interface Code extends SignIn {
  readonly redirectUri: string;
  readonly challenge: string | undefined;
}

/** Authorization codes and refresh tokens: each is good once. */
export interface Grants {
  code(code: Code): string;
  /** Undefined when it is unknown or spent, or when address or verifier are not those it was asked with. */
  redeemCode(code: string, redirectUri: string, verifier: string | undefined): SignIn | undefined;
  refreshToken(signIn: SignIn): string;
  /** The sign-in behind a refresh token, which is dead from now on. */
  redeemRefresh(token: string): SignIn | undefined;
  /** As after a changed password: every refresh token is dead. */
  revokeAll(): void;
}

export function openGrants(): Grants {
  const codes = new Map<string, Code>();
  const tokens = new Map<string, SignIn>();
  const keep = <T>(kept: Map<string, T>, prefix: string, value: T): string => {
    const name = `${prefix}${randomBytes(32).toString('base64url')}`;
    kept.set(name, value);
    return name;
  };
  const take = <T>(kept: Map<string, T>, name: string): T | undefined => {
    const value = kept.get(name);
    kept.delete(name);
    return value;
  };
  return {
    code: (code) => keep(codes, '0.A', code),
    redeemCode: (name, redirectUri, verifier) => {
      const code = take(codes, name);
      if (code?.redirectUri !== redirectUri) return undefined;
      return code.challenge === undefined || challengeOf(verifier ?? '') === code.challenge
        ? code
        : undefined;
    },
    refreshToken: (signIn) => keep(tokens, '1.A', signIn),
    redeemRefresh: (token) => take(tokens, token),
    revokeAll: () => tokens.clear(),
  };
}

function challengeOf(verifier: string): string {
  return createHash('sha256').update(verifier).digest('base64url');
}
