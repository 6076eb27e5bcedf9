import { parseDocument } from 'yaml';
import { z } from 'zod';
import { parse, type Found } from './parse.js';
import { pathText, type Problem } from './problem.js';
import { resolveSecrets, type Surroundings } from './secrets.js';
import { publicUrl } from './values.js';

const page = z
  .string()
  .max(2_000)
  .refine((text) => URL.canParse(text) && new URL(text).protocol === 'https:', 'must be an https address');

/** How the app is called in Slack and Teams, and whose it is. The lengths are those of Teams. */
export const app = z.strictObject({
  name: z
    .string()
    .trim()
    .min(1, 'must not be empty')
    .max(30, 'must be 30 characters at most')
    .default('Tocsin'),
  developer: z
    .string()
    .trim()
    .min(1, 'must not be empty')
    .max(32, 'must be 32 characters at most')
    .default('Tocsin'),
  privacyUrl: page.optional(),
  termsUrl: page.optional(),
});

/** What the settings say about the app: enough for its manifest, before there is any token. */
export interface AppFacts {
  readonly name: string;
  readonly developer: string;
  /** Without a trailing slash; empty when there is none. */
  readonly publicUrl: string;
  readonly privacyUrl: string | undefined;
  readonly termsUrl: string | undefined;
  /** `slack.appToken` is set, or will be. */
  readonly socketMode: boolean;
  /** `slack.oauth` is set: other workspaces install the app. */
  readonly manyWorkspaces: boolean;
  /** The Microsoft app id of the bot. */
  readonly teamsAppId: string | undefined;
}

const looked = z.object({
  app: app.default({ name: 'Tocsin', developer: 'Tocsin' }),
  http: z.object({ publicUrl: publicUrl.optional() }).default({}),
  slack: z.object({ appToken: z.string().optional(), oauth: z.unknown().optional() }).optional(),
  teams: z
    .object({ appId: z.uuid({ error: 'must be the GUID of the bot registration' }).optional() })
    .optional(),
});

/**
 * Reads only this of a settings file: whoever registers the app has no token yet, so that the rest may be missing or wrong. A
 * secret that is named and not there counts as one that will be.
 */
export function readApp(
  text: string,
  file: string,
  around: Surroundings,
): { readonly facts: AppFacts | undefined; readonly problems: readonly Problem[] } {
  const document = parseDocument(text);
  const [broken] = document.errors;
  if (broken !== undefined)
    return { facts: undefined, problems: [{ path: file, message: broken.message.split('\n')[0] ?? '' }] };
  const found: Found[] = [];
  const secrets = resolveSecrets(document.toJS() ?? {}, around);
  const read = parse(looked, secrets.value, [], found);
  if (read === undefined) {
    const problems = found.map(({ path, message }) => ({ path: pathText(path) || file, message }));
    const missing = secrets.problems.filter(({ path }) => /^(app\.|http\.publicUrl|teams\.appId)/.test(path));
    return { facts: undefined, problems: [...problems, ...missing] };
  }
  return {
    problems: [],
    facts: {
      name: read.app.name,
      developer: read.app.developer,
      publicUrl: read.http.publicUrl?.replace(/\/+$/, '') ?? '',
      privacyUrl: read.app.privacyUrl,
      termsUrl: read.app.termsUrl,
      socketMode: read.slack?.appToken !== undefined,
      manyWorkspaces: read.slack?.oauth !== undefined,
      teamsAppId: read.teams?.appId,
    },
  };
}
