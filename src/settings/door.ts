import { dirname, resolve } from 'node:path';
import { parseDocument } from 'yaml';
import { z } from 'zod';
import { baseSchema } from './schema.js';
import { resolveSecrets, type Surroundings } from './secrets.js';

/** Where the instance of a settings file listens on this machine, and what it asks for. */
export interface Door {
  /** Without a trailing slash. */
  readonly url: string;
  readonly token: string | undefined;
}

const { http, console } = baseSchema.shape;
const schema = z.object({ http, console });

/**
 * Reads of a settings file what is needed to knock at the running instance, and nothing else: a mistake elsewhere in it does not
 * matter to who only asks. Undefined when that part cannot be read. `path` is the file's.
 */
export function doorOf(text: string, path: string, around: Surroundings): Door | undefined {
  const document = parseDocument(text);
  if (document.errors.length > 0) return undefined;
  const content: unknown = document.toJS() ?? {};
  if (typeof content !== 'object' || content === null) return undefined;
  const part = {
    http: 'http' in content ? content.http : undefined,
    console: 'console' in content ? content.console : undefined,
  };
  const { value, problems } = resolveSecrets(part, {
    ...around,
    readFile: (file) => around.readFile(resolve(dirname(path), file)),
  });
  const read = schema.safeParse(value);
  if (problems.length > 0 || !read.success) return undefined;
  const { host, port } = read.data.http;
  const { auth } = read.data.console;
  const local = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
  return {
    url: `http://${local.includes(':') ? `[${local}]` : local}:${port}`,
    token: auth.kind === 'none' ? undefined : auth.token,
  };
}
