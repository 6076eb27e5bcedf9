import type { Desk } from '../../commands/command.js';
import type { Backtest, BacktestSide, ChannelCount } from '../../model/backtest.js';
import { narrowIncidents } from './incidents.js';
import { narrowOrder } from './order.js';
import { narrowSilences } from './silences.js';

/** In whose channel somebody asks. */
export interface Audience {
  readonly tenants: readonly string[];
  readonly channel: string;
}

/**
 * The desk as the channel of these tenants may see and use it: whatever is another's is not there, whatever is asked. Each thing
 * that a desk can do is named here, so that a new one cannot be forgotten.
 */
export function narrowDesk(desk: Desk, audience: Audience): Desk {
  const mine = new Set(audience.tenants);
  const asked = (tenant: string | undefined): readonly string[] =>
    tenant === undefined ? audience.tenants : mine.has(tenant) ? [tenant] : [];
  /** Asks for each tenant that is meant and may be. */
  const each = async <T>(
    tenant: string | undefined,
    ask: (tenant: string) => Promise<readonly T[]>,
  ): Promise<readonly T[]> => (await Promise.all(asked(tenant).map(ask))).flat();
  const tenants: Desk['tenants'] = async () => (await desk.tenants()).filter(({ name }) => mine.has(name));
  const eachSource = async <T extends { readonly at: number }>(
    limit: number | undefined,
    ask: (source: string) => Promise<readonly T[]>,
  ): Promise<readonly T[]> => {
    const keys = (await tenants()).flatMap(({ sources }) => sources.map(({ key }) => key));
    const found = (await Promise.all(keys.map(ask))).flat();
    return found.sort((a, b) => b.at - a.at).slice(0, limit);
  };
  const ofIncidents = narrowIncidents(desk, mine, asked);
  return {
    now: () => desk.now(),
    tenants,
    look: (question, tenant) => each(tenant, (name) => desk.look(question, name)),
    order: narrowOrder(desk, tenants, asked),
    changes: (filter) =>
      eachSource(filter.limit, (source) =>
        filter.source === undefined || filter.source === source
          ? desk.changes({ ...filter, source })
          : none(),
      ),
    ...ofIncidents,
    alerts: (tenant) => each(tenant, (name) => desk.alerts(name)),
    channels: async () => (await desk.channels()).filter(({ channel }) => channel === audience.channel),
    deliveriesTo: (channel) => (channel === audience.channel ? desk.deliveriesTo(channel) : none()),
    subjects: (filter) => each(filter.tenant, (tenant) => desk.subjects({ ...filter, tenant })),
    subjectNames: async (tenant) =>
      [...new Set(await each(tenant, (name) => desk.subjectNames(name)))].sort(),
    rules: () => desk.rules(),
    evaluations: (filter) => each(filter.tenant, (tenant) => desk.evaluations({ ...filter, tenant })),
    decisions: (filter) =>
      eachSource(filter.limit, (source) =>
        filter.source === undefined || filter.source === source
          ? desk.decisions({ ...filter, source })
          : none(),
      ),
    backtest: async ({ tenants: wanted, ...ask }) => {
      const tenants = wanted?.filter((name) => mine.has(name)) ?? audience.tenants;
      return withChannel(await desk.backtest({ ...ask, tenants }), audience.channel);
    },
    noise: (filter) =>
      desk.noise({
        ...filter,
        tenants: filter.tenants?.filter((name) => mine.has(name)) ?? audience.tenants,
      }),
    response: (filter) =>
      desk.response({
        ...filter,
        tenants: filter.tenants?.filter((name) => mine.has(name)) ?? audience.tenants,
      }),
    ...narrowSilences(desk, ofIncidents.incidents, audience.tenants),
    onCall: () => desk.onCall(),
    feed: (schedule) => desk.feed(schedule),
    override: (order, actor) => desk.override(order, actor),
    // A call from a customer's channel is theirs to see.
    page: (order, actor) => {
      const [tenant] = asked(order.tenant);
      return desk.page({ ...order, ...(tenant === undefined ? {} : { tenant }) }, actor);
    },
    endOverride: (id, actor) => desk.endOverride(id, actor),
    doctor: async () => {
      const lines = await desk.doctor();
      return lines.filter(
        ({ subject }) =>
          subject.startsWith(`channel:${audience.channel} (`) ||
          audience.tenants.some((name) => subject.startsWith(`${name}/`)),
      );
    },
    audits: async (filter) => {
      const here = (await desk.audits({ ...filter, limit: AUDITS })).filter(
        ({ detail }) => detail.where === audience.channel,
      );
      return here.slice(0, filter.limit);
    },
  };
}

/** What other channels get is theirs. */
function withChannel(backtest: Backtest, channel: string): Backtest {
  const counts = (all: readonly ChannelCount[]): readonly ChannelCount[] =>
    all.filter((count) => count.channel === channel);
  const side = ({ channels, firings, ...rest }: BacktestSide): BacktestSide => ({
    ...rest,
    channels: counts(channels),
    firings: firings.map((firing) => ({ ...firing, told: firing.told.filter((name) => name === channel) })),
  });
  const { these, present, sent } = backtest;
  return { ...backtest, these: side(these), present: side(present), sent: counts(sent) };
}

/** As many of the newest are looked through for those of one channel. */
const AUDITS = 2_000;

async function none<T>(): Promise<readonly T[]> {
  return [];
}
