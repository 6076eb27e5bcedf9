import { z } from 'zod';
import type {
  Escalation,
  EscalationStep,
  Layer,
  Rotation,
  Schedule,
  StepTarget,
  WeekTime,
} from '../model/schedule.js';
import { SEVERITIES } from '../model/severity.js';
import { MINUTE } from '../model/time.js';
import { address, atLeast, days, duration, name, timeOfDay, timeZone } from './values.js';

/** `2026-11-02`, also as YAML reads it without quotes. */
const localDay = z
  .string()
  .regex(/^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/, 'is not a day such as 2026-11-02');

const weekTimes = z.array(
  z.strictObject({
    days: z.array(days).default(() => [[1, 2, 3, 4, 5, 6, 7]]),
    from: timeOfDay.default(0),
    to: timeOfDay.default(24 * 60),
  }),
);

const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
const UNITS = { h: 'hour', d: 'day', w: 'week' } as const;
const WORDS = { hourly: '1h', daily: '1d', weekly: '1w' } as const;

type Length = Pick<Rotation, 'every' | 'unit'>;

const rotate = z.string().transform((text, context): Length => {
  const written = Object.hasOwn(WORDS, text) ? WORDS[text as keyof typeof WORDS] : text;
  const [, count, unit] = /^(\d{1,3})([hdw])$/.exec(written) ?? [];
  if (count !== undefined && unit !== undefined && Number(count) > 0)
    return { every: Number(count), unit: UNITS[unit as keyof typeof UNITS] };
  context.addIssue({
    code: 'custom',
    message: `"${text}" is not hourly, daily, weekly or a length such as 12h, 3d or 2w`,
  });
  return z.NEVER;
});

type Handover = Pick<Rotation, 'handoverDay' | 'handoverMinute'>;

/** `mon 09:00`, or `09:00` where the day does not count. */
const handover = z.string().transform((text, context): Handover => {
  const [, day = 'mon', hours, minutes] = /^(?:([a-z]{3})\s+)?(\d{1,2}):(\d{2})$/i.exec(text.trim()) ?? [];
  const index = DAYS.indexOf(day.toLowerCase());
  const minute = Number(hours) * 60 + Number(minutes);
  if (hours !== undefined && index >= 0 && Number(minutes) < 60 && minute < 24 * 60)
    return { handoverDay: index + 1, handoverMinute: minute };
  context.addIssue({ code: 'custom', message: `"${text}" is not a handover such as "mon 09:00" or "09:00"` });
  return z.NEVER;
});

const layer = z
  .strictObject({
    rotate: rotate.optional(),
    handover: handover.default({ handoverDay: 1, handoverMinute: 9 * 60 }),
    people: z.array(z.string().min(1)).default([]),
    calendar: address.optional(),
    from: localDay.default('2024-01-01'),
    until: localDay.optional(),
    only: weekTimes.default([]),
    timeZone: timeZone.optional(),
  })
  .superRefine((given, context) => {
    const say = (key: string, message: string): void => {
      context.addIssue({ code: 'custom', path: [key], message });
    };
    if (given.calendar === undefined && given.rotate === undefined)
      say('rotate', 'is required: hourly, daily, weekly or a length such as 12h (or set calendar)');
    if (given.calendar !== undefined && (given.rotate !== undefined || given.people.length > 0))
      say('calendar', 'says who is on by itself: leave out rotate and people');
    if (given.rotate !== undefined && given.people.length === 0) say('people', 'must name somebody');
    if (given.until !== undefined && given.until <= given.from) say('until', 'must be later than from');
  });

export const schedule = z.strictObject({
  name,
  timeZone: timeZone.default('UTC'),
  layers: z.array(layer).min(1, 'must have a layer at least'),
  channel: z.string().optional(),
});

type ScheduleInput = z.output<typeof schedule>;

/** `schedule:voice`, `next:voice` (who takes over), `person:carol`, `channel:noc-slack`. */
const target = z.string().transform((text, context): StepTarget => {
  const [, kind, of] = /^(schedule|next|person|channel):(.+)$/.exec(text) ?? [];
  if (of !== undefined && kind === 'next') return { kind: 'schedule', name: of, next: true };
  if (of !== undefined && (kind === 'schedule' || kind === 'person' || kind === 'channel'))
    return { kind, name: of };
  context.addIssue({
    code: 'custom',
    message: `"${text}" is not schedule:NAME, next:SCHEDULE, person:NAME or channel:NAME`,
  });
  return z.NEVER;
});

export const escalation = z.strictObject({
  name,
  steps: z
    .array(
      z.strictObject({
        notify: z.array(target).min(1, 'must name somebody'),
        wait: atLeast(MINUTE / 2, '30s').default(5 * MINUTE),
      }) satisfies z.ZodType<EscalationStep>,
    )
    .min(1, 'must have a step at least'),
  repeat: z.number().int().min(0).max(20).default(0),
  acknowledgements: z.number().int().min(1).max(10).optional(),
  renotify: atLeast(5 * MINUTE, '5m').optional(),
});

const instant = z.iso
  .datetime({ offset: true, error: 'is not a time such as 2026-12-24T00:00:00+01:00' })
  .transform((text) => Date.parse(text));

/** What a person has beside a name and a role: how, and when not. */
export const contact = {
  notify: z
    .array(
      z.strictObject({
        via: z.string().min(1),
        after: duration.default(0),
        severity: z.array(z.enum(SEVERITIES)).default([]),
      }),
    )
    .default([]),
  quiet: weekTimes.default([]),
  away: z
    .array(
      z
        .strictObject({ from: instant, to: instant })
        .refine(({ from, to }) => to > from, { path: ['to'], message: 'must be later than from' }),
    )
    .default([]),
};

type WeekTimesInput = z.output<typeof weekTimes>;

export function weekTimesOf(times: WeekTimesInput): WeekTime[] {
  return times.map(({ days: given, from, to }) => ({ days: [...new Set(given.flat())].sort(), from, to }));
}

export function scheduleOf({ name: own, timeZone: zone, layers, channel }: ScheduleInput): Schedule {
  return {
    name: own,
    timeZone: zone,
    layers: layers.map((given) => layerOf(given, zone)),
    ...(channel === undefined ? {} : { channel }),
  };
}

function layerOf(given: ScheduleInput['layers'][number], zone: string): Layer {
  const common = {
    timeZone: given.timeZone ?? zone,
    only: weekTimesOf(given.only),
    from: given.from,
    ...(given.until === undefined ? {} : { until: given.until }),
  };
  if (given.calendar !== undefined) return { kind: 'calendar', calendar: given.calendar, ...common };
  const length = given.rotate ?? { every: 1, unit: 'week' as const };
  return { kind: 'rotation', rotation: { ...length, ...given.handover }, people: given.people, ...common };
}

export function escalationOf({
  renotify,
  acknowledgements,
  ...rest
}: z.output<typeof escalation>): Escalation {
  return {
    ...rest,
    ...(renotify === undefined ? {} : { renotify }),
    ...(acknowledgements === undefined ? {} : { acknowledgements }),
  };
}
