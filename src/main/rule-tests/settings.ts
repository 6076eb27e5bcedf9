import { z } from 'zod';
import { ADAPTERS } from '../../../adapters/index.js';
import type { ReplayChannel } from '../../engine/replay/channel.js';
import type { AdapterPlug } from '../../notify/adapter.js';
import { checkSettings, type Found, type Settings } from '../../settings/index.js';
import { SOURCES } from '../../sources/index.js';
import { LIVING } from '../living.js';
import { pathOf } from './path.js';
import type { Step, Test } from './schema.js';

export const TENANT = 'contoso';

export interface TestSettings {
  readonly settings: Settings | undefined;
  readonly channels: readonly ReplayChannel[];
  readonly problems: readonly Found[];
}

/** Channels of a test send nothing: of each it matters only whether its cards change in place. */
const CHANNEL: AdapterPlug = {
  kind: 'test',
  settings: undefined,
  channel: z.looseObject({}),
  open: () => Promise.reject(new Error('a test opens no channel')),
};

/** The settings that a test runs under: what it says of them, and else those of a first installation with one channel. */
export function settingsOf(test: Test): TestSettings {
  const { tenants = [], channels = [{ name: 'noc', kind: 'slack' }], ...rest } = test.settings ?? {};
  const written = {
    tenants: tenantsOf(test.at, tenants),
    channels: channels.map(({ name }) => ({ name, kind: CHANNEL.kind })),
    route: { channel: channels[0]?.name },
    ...rest,
  };
  const { settings, problems } = checkSettings(JSON.stringify(written), {
    path: 'settings',
    sources: SOURCES,
    adapters: [CHANNEL],
    env: {},
    readFile: () => {
      throw new Error('the settings of a test name no files');
    },
  });
  return {
    settings,
    channels: channels.map(({ name, kind }) => ({ name, living: LIVING.has(kind) })),
    problems: [
      ...problems.map(({ path, message }) => ({ path: ['settings', ...pathOf(path)], message })),
      ...channels.flatMap(({ kind }, i) =>
        ADAPTERS.some((plug) => plug.kind === kind)
          ? []
          : [{ path: ['settings', 'channels', i, 'kind'], message: `there is no channel of kind "${kind}"` }],
      ),
    ],
  };
}

type Written = Readonly<Record<string, unknown>> & { readonly name: string };

/** Each tenant and source that a step names is there, and those of the settings as they say. */
function tenantsOf(steps: readonly Step[], written: readonly Written[]): readonly Written[] {
  const names = new Set([
    ...written.map(({ name }) => name),
    ...steps.filter(({ source }) => source !== undefined).map(({ tenant }) => tenant ?? TENANT),
  ]);
  return [...names].map((name, i) => {
    const given = written.find((tenant) => tenant.name === name);
    const sources = Array.isArray(given?.['sources']) ? (given['sources'] as readonly unknown[]) : [];
    const used = steps.filter((step) => step.source !== undefined && (step.tenant ?? TENANT) === name);
    return {
      tenantId: `00000000-0000-4000-8000-${String(i).padStart(12, '0')}`,
      clientId: 'test',
      clientSecret: 'none',
      ...given,
      name,
      sources: sourcesOf(used, sources.map(complete)),
    };
  });
}

function sourcesOf(steps: readonly Step[], written: readonly unknown[]): readonly unknown[] {
  const keyOf = (source: unknown): string => {
    const { kind, name } = (source ?? {}) as { readonly kind?: string; readonly name?: string };
    return `${kind ?? ''}/${name ?? ''}`;
  };
  const known = new Set(written.map(keyOf));
  const missing = new Map(
    steps.map(({ source, name }) => {
      const entry = complete({ kind: source, ...(name === undefined ? {} : { name }) });
      return [keyOf(entry), entry] as const;
    }),
  );
  return [...written, ...[...missing].flatMap(([key, entry]) => (known.has(key) ? [] : [entry]))];
}

/** A CQD site must have an address, and a test asks none. */
function complete(source: unknown): unknown {
  if (typeof source !== 'object' || source === null || Reflect.get(source, 'kind') !== 'cqd') return source;
  return { url: 'https://cqd.contoso.com', timeZone: 'UTC', ...source };
}
