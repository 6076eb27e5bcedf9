import { z } from 'zod';
import type { Matcher } from '../model/silence.js';
import { DAY, MINUTE, SECOND } from '../model/time.js';
import { ROLES } from '../model/person.js';
import { app } from './app.js';
import { contact, escalation, schedule } from './on-call.js';
import { address, atLeast, days, duration, matcher, name, publicUrl, timeOfDay, timeZone } from './values.js';

const timing = {
  channel: z.string().optional(),
  fallback: z.string().optional(),
  groupBy: z.array(z.string().min(1)).optional(),
  groupWait: duration.optional(),
  groupInterval: duration.optional(),
  repeatInterval: duration.optional(),
  muteTimes: z.array(z.string()).optional(),
  activeTimes: z.array(z.string()).optional(),
  escalation: z.string().optional(),
};

export interface RootRouteInput {
  readonly channel?: string | undefined;
  readonly fallback?: string | undefined;
  readonly groupBy?: readonly string[] | undefined;
  readonly groupWait?: number | undefined;
  readonly groupInterval?: number | undefined;
  readonly repeatInterval?: number | undefined;
  readonly muteTimes?: readonly string[] | undefined;
  readonly activeTimes?: readonly string[] | undefined;
  readonly escalation?: string | undefined;
  readonly routes: readonly RouteInput[];
}

export interface RouteInput extends RootRouteInput {
  readonly matchers: readonly Matcher[];
  readonly continue: boolean;
}

const childRoute: z.ZodType<RouteInput> = z.lazy(() =>
  z.strictObject({
    ...timing,
    matchers: z.array(matcher).default([]),
    continue: z.boolean().default(false),
    routes: z.array(childRoute).default([]),
  }),
);

const rootRoute = z.strictObject({ ...timing, routes: z.array(childRoute).default([]) });

const cloud = z.enum(['global', 'gcc', 'gcchigh', 'dod', 'china']);

/** What every source has beside its kind's own settings. */
export const sourceCommon = z.looseObject({
  kind: z.string(),
  name: name.optional(),
  every: atLeast(SECOND, '1s').optional(),
});

/** What every channel has beside its kind's own settings. */
export const channelCommon = z.looseObject({ name, kind: z.string(), fallback: z.string().optional() });

const tenantId = z
  .string()
  .max(253)
  .regex(
    /^(?:[\da-fA-F]{8}(?:-[\da-fA-F]{4}){3}-[\da-fA-F]{12}|(?:[a-zA-Z\d][a-zA-Z\d-]*\.)+[a-zA-Z][a-zA-Z\d-]*)$/,
    'must be a GUID or a domain',
  );

const certificateAuthority = z
  .string()
  .includes('-----BEGIN CERTIFICATE-----', { message: 'must be file:/path of a PEM certificate' });

const tenant = z.strictObject({
  name,
  tenantId,
  cloud: cloud.default('global'),
  clientId: z.string().min(1),
  clientSecret: z.string().min(1).optional(),
  certificate: z.strictObject({ file: z.string().min(1), passphrase: z.string().optional() }).optional(),
  endpoints: z
    .strictObject({
      login: address.optional(),
      graph: address.optional(),
      manage: address.optional(),
      partner: address.optional(),
    })
    .default({}),
  ca: certificateAuthority.optional(),
  // Each is read by its own kind.
  sources: z.array(z.unknown()).default([]),
});

export type TenantInput = z.output<typeof tenant>;

const muteTime = z.strictObject({
  name,
  timeZone: timeZone.default('UTC'),
  times: z.array(
    z.strictObject({
      days: z.array(days).default(() => [[1, 2, 3, 4, 5, 6, 7]]),
      from: timeOfDay.default(0),
      to: timeOfDay.default(24 * 60),
    }),
  ),
});

const person = z.strictObject({
  name,
  role: z.enum(ROLES).default('responder'),
  slack: z.string().min(1).optional(),
  teams: z.string().min(1).optional(),
  email: z.email().optional(),
  timeZone: timeZone.optional(),
  ...contact,
});

const postgresUrl = z.string().regex(/^postgres(ql)?:\/\//, 'must be a postgres:// URL');
const redisUrl = z.string().regex(/^rediss?:\/\//, 'must be a redis:// or rediss:// URL');

/** Everything but the top-level keys of the adapters (`slack:`, `teams:`), which each adapter checks itself. */
export const baseSchema = z.strictObject({
  dataDir: z.string().min(1).default('./data'),
  database: postgresUrl.optional(),
  redis: redisUrl.optional(),
  http: z
    .strictObject({
      host: z.string().min(1).default('127.0.0.1'),
      port: z.number().int().min(0).max(65_535).default(3978),
      publicUrl: publicUrl.optional(),
      probePort: z.number().int().min(0).max(65_535).optional(),
    })
    .default({ host: '127.0.0.1', port: 3978 }),
  // Read by `tocsin manifest` alone, which looks at it before the rest can be right.
  app: app.optional(),
  log: z
    .strictObject({ level: z.enum(['debug', 'info', 'warn', 'error']).default('info') })
    .default({ level: 'info' }),
  tenants: z.array(tenant).default([]),
  // Each is read by its own kind.
  channels: z.array(z.unknown()).default([]),
  route: rootRoute.default({ routes: [] }),
  inhibit: z
    .array(
      z.strictObject({
        source: z.array(matcher),
        target: z.array(matcher),
        equal: z.array(z.string()).default([]),
      }),
    )
    .default([]),
  muteTimes: z.array(muteTime).default([]),
  incidents: z
    .strictObject({
      reopenWithin: duration.optional(),
      flapping: z
        .strictObject({
          fires: z.number().int().min(2).max(50).optional(),
          within: atLeast(MINUTE, '1m').optional(),
          calm: atLeast(MINUTE, '1m').optional(),
        })
        .default({}),
    })
    .default({ flapping: {} }),
  heartbeat: z.strictObject({ url: address }).optional(),
  people: z.array(person).default([]),
  schedules: z.array(schedule).default([]),
  escalations: z.array(escalation).default([]),
  rules: z.array(z.string().min(1)).default(['builtin']),
  console: z
    .strictObject({
      auth: z.discriminatedUnion('kind', [
        z.strictObject({
          kind: z.literal('token'),
          token: z.string().min(8, 'must have 8 characters at least'),
        }),
        z.strictObject({
          kind: z.literal('entra'),
          tenantId,
          clientId: z.string().min(1),
          clientSecret: z.string().min(8, 'must have 8 characters at least'),
          cloud: cloud.default('global'),
          endpoints: z.strictObject({ login: address.optional() }).default({}),
          ca: certificateAuthority.optional(),
          // For programs and the command line, which cannot sign in.
          token: z.string().min(8, 'must have 8 characters at least').optional(),
        }),
        z.strictObject({ kind: z.literal('none') }),
      ]),
    })
    .default({ auth: { kind: 'none' } }),
  retention: z
    .strictObject({ calls: atLeast(DAY, '1d').optional(), history: atLeast(DAY, '1d').optional() })
    .default({}),
  privacy: z
    .strictObject({
      numbers: z.enum(['mask', 'show', 'hide']).default('mask'),
      users: z.enum(['mask', 'show', 'hide']).default('show'),
    })
    .default({ numbers: 'mask', users: 'show' }),
});

export type BaseInput = z.output<typeof baseSchema>;
