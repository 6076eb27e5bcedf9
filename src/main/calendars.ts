import { createHash } from 'node:crypto';
import type { CalendarHealth } from '../engine/audit-calendars.js';
import { faultLine } from '../lib/fault.js';
import { openHttp } from '../lib/http.js';
import { occurrences } from '../lib/ical.js';
import type { Log } from '../lib/log.js';
import type { CalendarEvent, Schedule } from '../model/schedule.js';
import { DAY, MINUTE, SECOND, type Instant } from '../model/time.js';
import type { AdapterMemory } from '../notify/adapter.js';

export interface Calendars {
  /** Events by the address of their calendar, as they were last fetched. */
  events(): ReadonlyMap<string, readonly CalendarEvent[]>;
  /** How reading them goes, by schedule. */
  health(): readonly CalendarHealth[];
  close(): Promise<void>;
}

export interface CalendarsDeps {
  readonly schedules: () => readonly Schedule[];
  readonly people: () => readonly { readonly name: string }[];
  /** Keeps what was last fetched: a restart while the calendar cannot be reached leaves nobody off call. */
  readonly memory: AdapterMemory;
  readonly now: () => Instant;
  readonly log: Log;
}

const EVERY = 10 * MINUTE;
const PAST = 45 * DAY;
const AHEAD = 100 * DAY;
const MOST_BYTES = 4_000_000;

/** Fetches the calendars that schedules name, now and every ten minutes; one that fails stays as it was. */
export async function openCalendars(deps: CalendarsDeps): Promise<Calendars> {
  const http = openHttp({ userAgent: 'Tocsin', log: deps.log });
  const texts = new Map<string, string>();
  const failing = new Map<string, { failures: number; message: string }>();
  const addresses = (): readonly string[] => [
    ...new Set(
      deps
        .schedules()
        .flatMap(({ layers }) =>
          layers.flatMap((layer) => (layer.kind === 'calendar' ? [layer.calendar] : [])),
        ),
    ),
  ];

  async function fetchOne(url: string): Promise<void> {
    const key = `calendar:${createHash('sha256').update(url).digest('hex').slice(0, 32)}`;
    if (!texts.has(url)) {
      const kept = await deps.memory.get(key);
      if (typeof kept === 'string') texts.set(url, kept);
    }
    try {
      const { body } = await http.request({ url, timeoutMs: 15 * SECOND, maxBytes: MOST_BYTES });
      const text = body.toString('utf8');
      // One that cannot be read throws here, and the one before stays.
      occurrences(text, deps.now(), deps.now() + DAY);
      if (texts.get(url) !== text) await deps.memory.put(key, text);
      texts.set(url, text);
      failing.delete(url);
    } catch (error) {
      // Whoever knows the path may read the calendar.
      const message = faultLine(error).replaceAll(new URL(url).pathname, '/…');
      failing.set(url, { failures: (failing.get(url)?.failures ?? 0) + 1, message });
      deps.log.warn(
        { reason: message },
        'a calendar of a schedule could not be read; the last known one counts',
      );
    }
  }
  const refresh = async (): Promise<void> => {
    await Promise.all(addresses().map(fetchOne));
  };
  // Whoever starts without the network is not held up by it for longer than the first answer takes.
  await refresh();
  const timer = setInterval(() => void refresh(), EVERY);
  timer.unref();

  return {
    health: () =>
      deps.schedules().flatMap(({ name, layers }) => {
        const read = layers.flatMap((layer) => (layer.kind === 'calendar' ? [layer.calendar] : []));
        if (read.length === 0) return [];
        const [worst] = read.flatMap((url) => failing.get(url) ?? []).sort((a, b) => b.failures - a.failures);
        return [{ schedule: name, failures: worst?.failures ?? 0, message: worst?.message ?? '' }];
      }),
    events: () =>
      new Map(addresses().map((url) => [url, eventsOf(texts.get(url), deps.people(), deps.now())])),
    async close() {
      clearInterval(timer);
      await http.close();
    },
  };
}

/** An event is about the person whose name its title has; one that names nobody counts for nobody. */
function eventsOf(
  text: string | undefined,
  people: readonly { readonly name: string }[],
  now: Instant,
): readonly CalendarEvent[] {
  if (text === undefined) return [];
  const names = [...people].sort((a, b) => b.name.length - a.name.length);
  return occurrences(text, now - PAST, now + AHEAD).flatMap(({ title, from, to }) => {
    const person = names.find(({ name }) => mentions(title, name));
    return person === undefined ? [] : [{ person: person.name, from, to }];
  });
}

function mentions(title: string, name: string): boolean {
  const at = title.toLowerCase().indexOf(name.toLowerCase());
  return at >= 0 && !/\p{L}/u.test(title[at - 1] ?? '') && !/\p{L}/u.test(title[at + name.length] ?? '');
}
