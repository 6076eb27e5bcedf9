import type { Delivery, OutboxRow, Telling } from '../../model/telling.js';
import type { DecidingStore } from '../../store/store.js';

type OutboxStore = Pick<
  DecidingStore,
  'due' | 'waiting' | 'settle' | 'telling' | 'putTelling' | 'deliveries'
>;

/** What has to be told, what was, and how it went, in memory: see the methods of these names in `Store`. */
export function openOutbox(): { enqueue(rows: readonly OutboxRow[]): void; readonly store: OutboxStore } {
  const rows = new Map<string, OutboxRow>();
  const tellings = new Map<string, Telling>();
  const deliveries = new Map<string, Delivery[]>();
  let stamp = 0;

  function put(row: OutboxRow): void {
    rows.set(keyOf(row), { ...row, stamp: (stamp += 1) });
  }

  function enqueue(added: readonly OutboxRow[]): void {
    for (const row of added) {
      const old = rows.get(keyOf(row));
      if (old === undefined) put(row);
      else {
        const { lastError: _, ...rest } = old;
        put({
          ...rest,
          dueAt: Math.min(old.dueAt, row.dueAt),
          changedAt: Math.min(old.changedAt, row.changedAt),
          priority: Math.min(old.priority, row.priority),
          attempts: 0,
        });
      }
    }
  }

  const store: OutboxStore = {
    due: async (channel, now, limit) =>
      [...rows.values()]
        .filter((row) => row.channel === channel && row.dueAt <= now)
        .sort(worstFirst)
        .slice(0, limit),
    waiting: async () => {
      const channels = new Map<string, { channel: string; dueAt: number; rows: number }>();
      for (const { channel, dueAt } of rows.values()) {
        const known = channels.get(channel) ?? { channel, dueAt, rows: 0 };
        channels.set(channel, { channel, dueAt: Math.min(known.dueAt, dueAt), rows: known.rows + 1 });
      }
      return [...channels.values()].sort((a, b) => (a.channel < b.channel ? -1 : 1));
    },
    async settle(row, { telling, deliveries: attempts, next }) {
      const there = rows.get(keyOf(row));
      const asRead =
        there?.dueAt === row.dueAt && there.changedAt === row.changedAt && there.stamp === row.stamp;
      if (asRead && next === undefined) rows.delete(keyOf(row));
      if (asRead && next !== undefined) put(next);
      if (telling !== undefined) tellings.set(keyOf(telling), telling);
      for (const attempt of attempts) {
        const own = deliveries.get(attempt.topic);
        if (own === undefined) deliveries.set(attempt.topic, [attempt]);
        else own.push(attempt);
      }
    },
    telling: async (topic, channel) => tellings.get(keyOf({ topic, channel })),
    putTelling: async (telling) => void tellings.set(keyOf(telling), telling),
    deliveries: async ({ topic, channel, limit } = {}) => {
      const found = topic === undefined ? [...deliveries.values()].flat() : (deliveries.get(topic) ?? []);
      return found
        .filter((delivery) => channel === undefined || delivery.channel === channel)
        .reverse()
        .sort((a, b) => b.at - a.at)
        .slice(0, limit);
    },
  };
  return { enqueue, store };
}

function keyOf({ topic, channel }: { readonly topic: string; readonly channel: string }): string {
  return `${topic}\n${channel}`;
}

function worstFirst(a: OutboxRow, b: OutboxRow): number {
  return a.priority - b.priority || a.changedAt - b.changedAt || (a.topic < b.topic ? -1 : 1);
}
