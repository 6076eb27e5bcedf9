import { z } from 'zod';
import { isLoopback } from '../../lib/http/agent.js';
import { MINUTE, SECOND } from '../../model/time.js';
import { givenDuration } from '../given.js';

const timeZone = z.string().refine((zone) => {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}, 'is not an IANA time zone such as Europe/Paris');

/** The root of the portal, or any of its pages: what follows the applications' own names is cut off. */
const url = z
  .string()
  .refine((text) => {
    if (!URL.canParse(text)) return false;
    const { protocol, username, password } = new URL(text);
    return /^https?:$/.test(protocol) && username === '' && password === '';
  }, 'must be an http or https address without a name or password in it')
  .transform((text) => {
    const { origin, pathname } = new URL(text);
    return `${origin}${pathname.replace(/\/(?:CQD|QoEDataService|QoERepositoryService)(?:\/.*)?$/i, '')}`.replace(
      /\/+$/,
      '',
    );
  });

const secret = z.string().min(1, 'must not be empty');

const auth = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('none') }),
  z.strictObject({ kind: z.literal('basic'), username: secret, password: secret }),
  z.strictObject({
    kind: z.literal('ntlm'),
    /** The account's Windows domain; without it the site's own. */
    domain: z.string().optional(),
    username: secret,
    password: secret,
  }),
  z.strictObject({ kind: z.literal('bearer'), token: secret }),
]);

/** What a `sources:` entry of kind `cqd` may say. */
export const cqdSettings = z
  .strictObject({
    url,
    /** IANA zone of the clocks that write the log: the SQL Server's. */
    timeZone,
    auth: auth.default({ kind: 'none' }),
    /** PEM of a private certificate authority. */
    ca: z.string().optional(),
    /** How old the newest success of a stage may be; learned for the cube when left out. */
    limits: z
      .strictObject({
        integration: givenDuration(MINUTE, '45m').optional(),
        cube: givenDuration(MINUTE, '6h').optional(),
      })
      .default({}),
    /** How long the site may take for one answer. */
    timeout: givenDuration(SECOND, '20s').default(20 * SECOND),
  })
  .superRefine((settings, context) => {
    const { protocol, hostname } = new URL(settings.url);
    if (protocol === 'https:') return;
    if (settings.auth.kind === 'basic')
      context.addIssue({
        code: 'custom',
        path: ['auth', 'kind'],
        message: 'basic needs an https url: over http the password could be read on the way',
      });
    if (settings.auth.kind === 'bearer' && !isLoopback(hostname))
      context.addIssue({
        code: 'custom',
        path: ['auth', 'kind'],
        message: 'bearer needs an https url: over http the token could be read on the way',
      });
  });

export type CqdSettings = z.output<typeof cqdSettings>;
export type CqdAuth = CqdSettings['auth'];
