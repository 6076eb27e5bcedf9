import { randomUUID } from 'node:crypto';
import { SECOND } from '../model/time.js';
import type { Channel } from '../notify/adapter.js';
import type { AnnounceDeps } from './announce-deps.js';

/** Of real time. It is renewed while the channel is worked on: a card with a long thread and slow answers takes longer. */
const LEASE = 15 * SECOND;

/** The right to speak in one channel, which one run has at a time. */
export interface ChannelLease {
  /** False once another run took it, because the record could not be reached in time. */
  isMine(): boolean;
  release(): Promise<void>;
}

/** Undefined while another run has it. */
export async function leaseChannel(
  channel: Channel,
  { store, clock, owner }: AnnounceDeps,
): Promise<ChannelLease | undefined> {
  const name = `channel:${channel.name}`;
  // Each run is an owner of its own: two jobs of one process must not drain a channel at once either.
  const run = `${owner}/${randomUUID()}`;
  const length = (LEASE * LEASE) / clock.real(LEASE);
  const renew = (): Promise<boolean> => store.lease(name, run, clock.now(), clock.now() + length);
  let mine = await renew();
  if (!mine) return undefined;
  let renewing: Promise<unknown> = Promise.resolve();
  const timer = setInterval(() => {
    renewing = renew().then(
      (still) => (mine &&= still),
      () => undefined,
    );
  }, LEASE / 3);
  return {
    isMine: () => mine,
    async release() {
      clearInterval(timer);
      await renewing;
      await store.release(name, run);
    },
  };
}
