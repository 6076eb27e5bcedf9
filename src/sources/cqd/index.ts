import { Fault, faultLine, isFault } from '../../lib/fault.js';
import { formatDuration } from '../../lib/duration.js';
import type { Json } from '../../model/json.js';
import type { Question } from '../../model/question.js';
import type { Fact } from '../../model/source.js';
import { MINUTE, type Instant } from '../../model/time.js';
import { sourceKey } from '../given.js';
import type { CheckLine, Poll, Source, SourceDeps, SourcePlug } from '../source.js';
import { askStatus } from './client.js';
import { openTransport } from './connect.js';
import { siteFacts, type Site } from './facts.js';
import { openSiteLog } from './history.js';
import { openGiven } from './rehearse.js';
import { cqdSettings, type CqdSettings } from './settings.js';
import { SKEW, type Stamp } from './stamps.js';
import { judgeStage } from './states.js';
import type { Transport } from './transport.js';

/** Five stamps at the usual quarter of an hour reach back so far for certain; a longer pause may lose some. */
const LONGEST_PAUSE = 30 * MINUTE;

/** The Call Quality Dashboard of Skype for Business Server: whether calls are archived and the cube is processed. */
export const cqd: SourcePlug = {
  kind: 'cqd',
  settings: cqdSettings,
  open(given, common, tenant, deps) {
    const settings = given as CqdSettings;
    const key = sourceKey(tenant.name, 'cqd', common.name);
    const site = siteOf(settings, common.name);
    const log = deps.log.child({ source: key });
    const transport = openTransport({
      auth: settings.auth,
      ca: settings.ca,
      timeoutMs: settings.timeout,
      log,
      random: deps.random,
    });
    if (common.everyMs > LONGEST_PAUSE) log.warn({ every: formatDuration(common.everyMs) }, RARELY);
    const plan: Plan = { key, site, settings, transport, deps };
    return {
      key,
      tenant: tenant.name,
      kind: 'cqd',
      everyMs: common.everyMs,
      poll: (_memory, now) => poll(plan, now),
      look: async (question, now) => (concerns(question, site) ? (await observe(plan, now)).facts : []),
      recall: async (question, known) =>
        concerns(question, site) ? known.filter((fact) => fact.kind === 'cqd') : [],
      check: (now) => check(plan, common.everyMs, now),
      // No limit is documented.
      budget: (now) => ({ left: Number.POSITIVE_INFINITY, freeAt: now }),
      close: () => transport.close(),
    } satisfies Source;
  },
  rehearse(given, common, tenant, deps) {
    const settings = given as CqdSettings;
    const answers = openGiven();
    const key = sourceKey(tenant.name, 'cqd', common.name);
    const site = siteOf(settings, common.name);
    const plan: Plan = { key, site, settings, transport: answers.transport, deps };
    return {
      key,
      tenant: tenant.name,
      kind: 'cqd',
      everyMs: common.everyMs,
      give: ({ bodies }) => answers.give(bodies),
      newest: () => answers.newest(site.timeZone),
      poll: (_memory, now) => poll(plan, now),
    };
  },
};

function siteOf({ url, timeZone }: CqdSettings, name: string | undefined): Site {
  return { name: name ?? new URL(url).hostname, url, timeZone };
}

async function poll(plan: Plan, now: Instant): Promise<Poll> {
  const { facts, save } = await observe(plan, now);
  await save();
  return {
    observation: { kind: 'cqd', at: now, coverage: 'full', facts },
    memory: null,
    // The same answer may mean something else an hour later.
    unchanged: false,
  };
}

const RARELY =
  'The site lists five runs of each kind: polled less than every 30 minutes, some of them are never seen.';

interface Plan {
  readonly key: string;
  readonly site: Site;
  readonly settings: CqdSettings;
  readonly transport: Transport;
  readonly deps: Pick<SourceDeps, 'keep'>;
}

interface Seen {
  readonly facts: readonly Fact[];
  readonly disabled: boolean;
  /** Keeps the site's stamps for later. */
  readonly save: () => Promise<void>;
}

async function observe({ key, site, settings, transport, deps }: Plan, now: Instant): Promise<Seen> {
  const { status, clock = now } = await askStatus(transport, settings.url, settings.auth, now);
  if (status === undefined)
    return { facts: siteFacts(site, undefined), disabled: true, save: () => Promise.resolve() };
  const { timeZone } = site;
  const seen = await openSiteLog({
    keep: deps.keep.samples,
    source: key,
    status,
    timeZone,
    clock: Math.min(clock, now),
  });
  if (seen.newest !== undefined && seen.newest.at > clock + SKEW) throw wrongZone(site, seen.newest, clock);
  const { integration, cube } = seen.logs;
  return {
    facts: siteFacts(site, {
      integration: judgeStage('integration', integration, now, settings.limits.integration),
      cube: judgeStage('cube', cube, now, settings.limits.cube),
    }),
    disabled: false,
    save: () => seen.save(),
  };
}

/** What has happened cannot lie ahead: read in a wrong zone, nothing that the stamps say about time is true. */
function wrongZone(site: Site, newest: Stamp, clock: Instant): Fault {
  const ahead = Math.round((newest.at - clock) / MINUTE);
  return new Fault(
    'settings.invalid',
    `Read in ${site.timeZone}, the newest stamp of ${site.name} (${newest.text}) lies ${ahead} min ahead of the site's own clock: the time zone is wrong.`,
    {
      advice: 'Set timeZone to the zone of the clocks that write the log: the SQL Server behind the portal.',
    },
  );
}

function concerns(question: Question, site: Site): boolean {
  if (question.about !== 'cqd') return false;
  return question.site === undefined || question.site.toLowerCase() === site.name.toLowerCase();
}

async function check(plan: Plan, everyMs: number, now: Instant): Promise<readonly CheckLine[]> {
  const name = 'IntegrationLog/Status';
  const rare: readonly CheckLine[] =
    everyMs <= LONGEST_PAUSE
      ? []
      : [
          {
            name: 'every',
            ok: false,
            detail: `polled every ${formatDuration(everyMs)}`,
            advice: RARELY,
          },
        ];
  try {
    const { facts, disabled } = await observe(plan, now);
    const said = (value: Json | undefined): string => (typeof value === 'string' ? value : '');
    const states = facts.map(
      ({ values }) => `${said(values['stageText'])} ${said(values['stateText']).toLowerCase()}`,
    );
    const line: CheckLine = disabled
      ? {
          name,
          ok: false,
          detail: 'the integration log is switched off: the answer is empty',
          advice: 'Set QoEDataLib.DebugMode to True in the web.config of QoEDataService.',
        }
      : {
          name,
          ok: true,
          detail: `${states.join(', ').toLowerCase()}; stamps read in ${plan.site.timeZone}`,
          advice: '',
        };
    return [line, ...rare];
  } catch (error) {
    const advice = isFault(error) ? error.advice : '';
    const detail = isFault(error) ? error.message : faultLine(error);
    return [{ name, ok: false, detail, advice }, ...rare];
  }
}
