import type { Alert } from '../model/alert.js';
import type { Escalation, StepTarget } from '../model/schedule.js';
import { MINUTE } from '../model/time.js';

/** The alertname of an incident that somebody made by calling: a route may match it. */
export const BY_HAND = 'page';

export type CallTarget = Extract<StepTarget, { kind: 'person' | 'schedule' }>;

/** `person:bob`, `schedule:voice`, `next:voice`: as in the steps of an escalation. */
export function targetText(target: CallTarget): string {
  const kind = target.kind === 'schedule' && target.next === true ? 'next' : target.kind;
  return `${kind}:${target.name}`;
}

/** The same for people to read. */
export function targetWords(target: CallTarget): string {
  if (target.kind === 'person') return target.name;
  return `${target.next === true ? 'who takes over' : 'whoever is on call'} in ${target.name}`;
}

function targetOf(text: string): CallTarget | undefined {
  const [, kind, name = ''] = /^(person|schedule|next):(.+)$/.exec(text) ?? [];
  if (kind === 'person') return { kind, name };
  return kind === undefined
    ? undefined
    : { kind: 'schedule', name, ...(kind === 'next' ? { next: true } : {}) };
}

/**
 * What follows a call by hand: the escalation that begins with calling the same one, or else only them, again every five
 * minutes until somebody acknowledges. Undefined for an alert that no call made.
 */
export function escalationByHand(
  { rule, labels }: Pick<Alert, 'rule' | 'labels'>,
  escalations: readonly Escalation[],
): Escalation | undefined {
  const target = rule === BY_HAND ? targetOf(labels['page'] ?? '') : undefined;
  if (target === undefined) return undefined;
  const wanted = targetText(target);
  const begins = ({ steps: [first] }: Escalation): boolean =>
    first?.notify.some((one) => one.kind !== 'channel' && targetText(one) === wanted) === true;
  return (
    escalations.find(begins) ?? {
      name: `page ${wanted}`,
      steps: [{ notify: [target], wait: 5 * MINUTE }],
      repeat: 2,
    }
  );
}
