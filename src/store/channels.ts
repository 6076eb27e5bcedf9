import type { ChannelHealth } from '../model/telling.js';
import type { Sql } from './database.js';
import { fromTime, optionalTime, toTime } from './values.js';

export async function readChannels(sql: Sql): Promise<readonly ChannelHealth[]> {
  const rows = await sql.query<{
    channel: string;
    state: ChannelHealth['state'];
    since: Date;
    reason: string;
    retry_at: Date | null;
    failures: number;
  }>('select channel, state, since, reason, retry_at, failures from tocsin.channels order by channel');
  return rows.map(({ channel, state, since, reason, retry_at, failures }) => ({
    channel,
    state,
    since: fromTime(since),
    reason,
    ...optionalTime('retryAt', retry_at),
    failures,
  }));
}

export async function putChannel(sql: Sql, health: ChannelHealth): Promise<void> {
  await sql.query(
    `insert into tocsin.channels (channel, state, since, reason, retry_at, failures)
     values ($1::text, $2::text, $3::timestamptz, $4::text, $5::timestamptz, $6::integer)
     on conflict (channel) do update set state = excluded.state, since = excluded.since, reason = excluded.reason,
       retry_at = excluded.retry_at, failures = excluded.failures`,
    [
      health.channel,
      health.state,
      toTime(health.since),
      health.reason,
      toTime(health.retryAt),
      health.failures,
    ],
  );
}
