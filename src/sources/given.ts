import { z } from 'zod';
import { formatDuration, parseDuration } from '../lib/duration.js';
import type { SourceKey, SourceKind } from '../model/source.js';
import type { Duration } from '../model/time.js';

/** A span of time as a setting of a source, such as `30m`: no shorter than `atLeast`, in milliseconds. */
export function givenDuration(atLeast: Duration, example: string) {
  return z.string().transform((text, context) => {
    const ms = parseDuration(text);
    if (ms !== undefined && ms >= atLeast) return ms;
    const message = `expected a duration of at least ${formatDuration(atLeast)}, like ${example}`;
    context.addIssue({ code: 'custom', message });
    return z.NEVER;
  });
}

/** `contoso/direct-routing`, or `contoso/cqd/paris` where the source has a name. */
export function sourceKey(tenant: string, kind: SourceKind, name: string | undefined): SourceKey {
  return `${tenant}/${kind}${name === undefined ? '' : `/${name}`}`;
}
