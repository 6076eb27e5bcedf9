import { HOUR, MINUTE, SECOND, type Duration, type Instant } from '../../model/time.js';

/** Requests allowed in each sliding window, for one app in one tenant. */
export interface ThrottleLimits {
  readonly perMinute: number;
  readonly perHour: number;
}

/** Microsoft Learn, throttling limits: everything under /admin/serviceAnnouncement. */
export const SERVICE_COMMUNICATIONS: ThrottleLimits = { perMinute: 240, perHour: 800 };

export interface Throttle {
  /** Counts the request; the seconds to wait when it is one too many. */
  take(caller: string, at: Instant): number | undefined;
}

/** Refused requests count too, as Microsoft warns: who keeps asking stays refused. */
export function openThrottle(limits: ThrottleLimits | undefined): Throttle {
  const taken = new Map<string, Instant[]>();
  if (limits === undefined) return { take: () => undefined };
  const windows = [
    { limit: limits.perMinute, length: MINUTE },
    { limit: limits.perHour, length: HOUR },
  ];
  return {
    take: (caller, at) => {
      const times = (taken.get(caller) ?? []).filter((time) => time > at - HOUR);
      const waits = windows.map(({ limit, length }) => wait(times, at, limit, length));
      times.push(at);
      taken.set(caller, times);
      const longest = Math.max(...waits);
      return longest > 0 ? Math.ceil(longest / SECOND) : undefined;
    },
  };
}

/** Until fewer than `limit` of the requests up to now are younger than `length`; 0 when it is so already. */
function wait(times: readonly Instant[], at: Instant, limit: number, length: Duration): Duration {
  const young = times.filter((time) => time > at - length);
  if (young.length < limit) return 0;
  // The refused request counts as well, hence one more must age than for the others.
  const oldestInTheWay = young[young.length - limit + 1] ?? at;
  return Math.max(oldestInTheWay + length - at, SECOND);
}
