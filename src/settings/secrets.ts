import { pathText, type Path, type Problem } from './problem.js';

export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Throws when the file cannot be read. */
  readonly readFile: (path: string) => string;
}

/** Keys whose value must not stand in the file itself. */
const SECRET = new Set([
  'clientSecret',
  'botToken',
  'signingSecret',
  'appToken',
  'appPassword',
  'password',
  'passphrase',
  'token',
  'secret',
  'routingKey',
  'stateSecret',
]);

const PASSWORD_IN_URL = /^[a-z+]+:\/\/[^/?#@]*:[^/?#@]+@/i;

/**
 * Replaces `env:NAME` and `file:/path` by what they stand for, anywhere in the settings. A variable that is not set and a file
 * that cannot be read are problems; a secret written out is a warning.
 */
export function resolveSecrets(
  value: unknown,
  around: Surroundings,
): { value: unknown; problems: Problem[]; warnings: Problem[] } {
  const problems: Problem[] = [];
  const warnings: Problem[] = [];
  const walk = (node: unknown, path: Path): unknown => {
    if (typeof node === 'string') return text(node, path);
    if (Array.isArray(node)) return node.map((item: unknown, index) => walk(item, [...path, index]));
    if (typeof node !== 'object' || node === null) return node;
    return Object.fromEntries(Object.entries(node).map(([key, inner]) => [key, walk(inner, [...path, key])]));
  };
  const text = (written: string, path: Path): string => {
    const env = /^env:([A-Za-z_][A-Za-z0-9_]*)$/.exec(written)?.[1];
    if (env !== undefined) {
      const found = around.env[env];
      if (found === undefined || found === '')
        problems.push({ path: pathText(path), message: `the environment variable ${env} is not set` });
      return found === undefined || found === '' ? UNRESOLVED : found;
    }
    const file = /^file:(.+)$/.exec(written)?.[1];
    if (file !== undefined) {
      try {
        return around.readFile(file).replace(/\r?\n$/, '');
      } catch {
        problems.push({ path: pathText(path), message: `the file ${file} cannot be read` });
        return UNRESOLVED;
      }
    }
    const key = path.at(-1);
    if (typeof key === 'string' && (SECRET.has(key) || PASSWORD_IN_URL.test(written)))
      warnings.push({
        path: pathText(path),
        message: 'a secret stands in the file; write env:NAME or file:/path',
      });
    return written;
  };
  return { value: walk(value, []), problems, warnings };
}

/** Stands where a secret could not be found: that was said already, so nothing else is said of this value. */
export const UNRESOLVED = '\u0001unresolved';
