import { json, type Answer, type SandboxRequest } from '../http/answer.js';
import type { Casing } from '../state/wire.js';
import type { World } from '../state/world.js';
import type { FileStore } from './files.js';

/** What the routes of the partner host use beside the world. */
export interface Voice {
  readonly casing: Casing;
}

/** What every route of the partner host may use. */
export interface PartnerContext extends Voice {
  readonly world: World;
  readonly files: FileStore;
  /** Who asks: UPN. */
  readonly user: string;
}

/** The envelope of every answer, good or bad; `value` is a list even for one thing. */
export function envelope(
  { casing }: Voice,
  status: number,
  value: readonly unknown[],
  message: string | null = null,
): Answer {
  const body = {
    value,
    nextLink: null,
    totalCount: value.length,
    message,
    statusCode: status,
    dataRedacted: false,
  };
  return json(status, casing === 'pascal' ? pascal(body) : body, { 'ms-requestid': 'sandbox' });
}

export function refuse(voice: Voice, status: number, message: string): Answer {
  return envelope(voice, status, [], message);
}

/** 401 tells a missing second factor from an expired token by its reason phrase alone. */
export function unauthorized(mfa: boolean): Answer {
  return {
    status: 401,
    reason: mfa ? 'Unauthorized - MFA required' : 'Unauthorized',
    headers: { 'www-authenticate': 'Bearer error="invalid_token"', 'content-type': 'application/json' },
    body: '',
  };
}

/** The request's object with its keys as we name them; undefined when it is none. */
export function bodyOf(request: SandboxRequest): Readonly<Record<string, unknown>> | undefined {
  try {
    const body: unknown = JSON.parse(request.body);
    if (typeof body !== 'object' || body === null || Array.isArray(body)) return undefined;
    return Object.fromEntries(Object.entries(body).map(([key, value]) => [camel(key), value as unknown]));
  } catch {
    return undefined;
  }
}

function camel(key: string): string {
  return key.charAt(0).toLowerCase() + key.slice(1);
}

function pascal(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(pascal);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key.charAt(0).toUpperCase() + key.slice(1), pascal(inner)]),
  );
}
