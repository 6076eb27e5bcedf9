import type { Fault } from '../lib/fault.js';
import type { ChannelHealth } from '../model/telling.js';
import { HOUR } from '../model/time.js';
import type { AnnounceDeps } from './announce-deps.js';
import { noteHealth } from './failed.js';

/**
 * What a platform says of a channel between two messages: the bot was removed, or is there again. It is judged at once, so that
 * somebody elsewhere knows before there is anything to tell. Undefined: nothing changed.
 */
export async function hearOfChannel(
  name: string,
  trouble: Fault | undefined,
  deps: AnnounceDeps,
): Promise<ChannelHealth | undefined> {
  const known = (await deps.store.channels()).find(({ channel }) => channel === name);
  // A success is only news where there was trouble.
  if (trouble === undefined && (known === undefined || known.state === 'ok')) return undefined;
  if (trouble !== undefined && known?.state === 'broken') return undefined;
  // Nothing is sent where nobody takes it; after a while somebody looks whether that still holds.
  const told = trouble === undefined ? { stop: false } : { stop: true, retryAt: deps.clock.now() + HOUR };
  return noteHealth({ name }, known, { fault: trouble, ...told }, deps);
}
