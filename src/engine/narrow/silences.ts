import type { Desk } from '../../commands/command.js';
import { Fault } from '../../lib/fault.js';
import { literally, matches } from '../../lib/matchers.js';
import type { Alert } from '../../model/alert.js';
import type { Matcher, Silence } from '../../model/silence.js';
import { isOf } from './incidents.js';

type Silences = Pick<Desk, 'silences' | 'silence' | 'reach' | 'setSilence' | 'changeSilence' | 'endSilence'>;

/** What no tenant is called. */
const NOBODY = '*';

/**
 * Silences of these tenants alone are theirs to see and change. One over more than them is shown as far as it holds something of
 * theirs back, and stays as it is.
 */
export function narrowSilences(
  desk: Desk,
  incidents: Desk['incidents'],
  tenants: readonly string[],
): Silences {
  const mine = new Set(tenants);
  const isTheirs = async ({ matchers }: Pick<Silence, 'matchers'>): Promise<boolean> => {
    const about = matchers.filter(({ name }) => name === 'tenant');
    const others = (await desk.tenants()).map(({ name }) => name).filter((name) => !mine.has(name));
    const meant = (name: string): boolean => matches(about, { tenant: name });
    return tenants.some(meant) && ![NOBODY, ...others].some(meant);
  };
  const seen = async (
    silence: Silence,
    alerts: () => Promise<readonly Alert[]>,
  ): Promise<readonly Silence[]> => ((await isTheirs(silence)) ? [silence] : partOf(silence, await alerts()));
  const firing = async (): Promise<readonly Alert[]> =>
    (await incidents({ scope: 'open' })).flatMap(({ alerts }) =>
      alerts.filter(({ state }) => state === 'firing'),
    );
  const own = async (id: number): Promise<void> => {
    const silence = await desk.silence(id);
    if (silence !== undefined && (await isTheirs(silence))) return;
    const [part] = silence === undefined ? [] : partOf(silence, await firing());
    throw new Fault(
      'command.not-found',
      part === undefined
        ? `There is no silence #${id}.`
        : `Silence #${id} is about more than ${tenants.join(', ')}: it is changed elsewhere.`,
      { advice: '`silences` lists those in force.' },
    );
  };
  return {
    async silences() {
      const open = await firing();
      return (await Promise.all((await desk.silences()).map((one) => seen(one, async () => open)))).flat();
    },
    async silence(id) {
      const found = await desk.silence(id);
      return found === undefined ? undefined : (await seen(found, firing))[0];
    },
    async reach(matchers) {
      const found = await desk.reach([...matchers, anyOf('tenant', tenants)]);
      return { ...found, now: found.now.filter(({ incident }) => isOf(mine, incident)) };
    },
    async setSilence(order, actor) {
      const theirs = await isTheirs(order);
      if (!theirs && order.matchers.some(({ name }) => name === 'tenant'))
        throw new Fault('command.usage', `This channel is about ${tenants.join(', ')} alone.`);
      const matchers = theirs ? order.matchers : [anyOf('tenant', tenants), ...order.matchers];
      return desk.setSilence({ ...order, matchers }, actor);
    },
    async changeSilence(id, change, actor) {
      await own(id);
      return desk.changeSilence(id, change, actor);
    },
    async endSilence(id, actor) {
      await own(id);
      return desk.endSilence(id, actor);
    },
  };
}

/** The silence with matchers that name nothing but what it holds back of these alerts; its comment may be about others. */
function partOf(silence: Silence, alerts: readonly Alert[]): readonly Silence[] {
  const held = alerts.filter(({ labels }) => matches(silence.matchers, labels));
  if (held.length === 0) return [];
  const names = new Set(['tenant', ...silence.matchers.map(({ name }) => name)]);
  const matchers = [...names].map((name) =>
    anyOf(
      name,
      held.map(({ labels }) => labels[name] ?? ''),
    ),
  );
  return [{ ...silence, matchers, comment: '' }];
}

function anyOf(name: string, values: readonly string[]): Matcher {
  const [only = '', ...more] = new Set(values);
  return more.length === 0
    ? { name, op: '=', value: only }
    : { name, op: '=~', value: [only, ...more].map(literally).join('|') };
}
