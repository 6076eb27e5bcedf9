import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { applyAct, type Act } from '../../src/incidents/act.js';
import { fold } from '../../src/incidents/fold.js';
import { tick } from '../../src/incidents/tick.js';
import type { Alert, Transition, TransitionKind } from '../../src/model/alert.js';
import {
  nextStepAt,
  shownRevision,
  type Actor,
  type Incident,
  type TimelineEntry,
} from '../../src/model/incident.js';
import { SEVERITIES, isWorse, worst, type Severity } from '../../src/model/severity.js';
import type { Telling } from '../../src/model/telling.js';
import { HOUR, MINUTE, type Instant } from '../../src/model/time.js';
import { decide, hasWoken, statusOf, whatIsSaid, type Decision } from '../../src/notify/decide.js';
import { aDestination, aTelling, anAlert, T0 } from '../support/builders.js';

/** What may happen in one minute of a life, and how often it is applied. */
interface Event {
  readonly what:
    | {
        readonly alert: number;
        readonly does: 'come' | 'go' | 'change' | 'tell';
        readonly severity: Severity;
      }
    | { readonly act: Act['do']; readonly incident: number; readonly who: string }
    | 'nothing';
  readonly wait: number;
  readonly times: number;
}

const SUBJECTS = ['trunk:a', 'trunk:b', 'trunk:c'];
/** The first two are one group. */
const groupOf = (subject: string): string => (subject === 'trunk:c' ? 'g2' : 'g1');

class Life {
  readonly incidents = new Map<number, Incident>();
  readonly lines: TimelineEntry[] = [];
  readonly live = new Map<string, Alert>();
  readonly told = new Map<string, Telling>();
  now: Instant = T0;

  run(events: readonly Event[], repeated: boolean): void {
    for (const event of events) {
      this.now += event.wait;
      const apply = this.prepared(event);
      for (let i = 0; i < (repeated ? event.times : 1); i += 1) {
        apply();
        this.check();
        this.tell();
      }
    }
  }

  /** The step is decided once, and may then be applied any number of times. */
  prepared({ what }: Event): () => void {
    if (what === 'nothing') return () => this.pass();
    if ('act' in what) {
      const ids = [...this.incidents.keys()];
      const id = ids[what.incident % Math.max(1, ids.length)];
      const act = actOf(what.act, this.now);
      return () => this.act(id, act, { name: what.who, via: 'slack' });
    }
    const transition = this.transition(what);
    return () => this.fold(transition);
  }

  transition(what: { alert: number; does: string; severity: Severity }): Transition {
    const subject = SUBJECTS[what.alert] ?? '';
    const before = this.live.get(subject);
    const wanted = anAlert({
      subject,
      severity: what.severity,
      summary: `${subject} at ${this.now}`,
      startsAt: before?.startsAt ?? this.now,
      firingAt: before?.firingAt ?? this.now,
    });
    if (before === undefined) return this.step('firing', wanted);
    if (what.does === 'go')
      return this.step('resolved', { ...before, state: 'resolved', endsAt: this.now }, before);
    if (isWorse(what.severity, before.severity)) return this.step('worsened', wanted, before);
    return this.step(what.severity === before.severity ? 'updated' : 'eased', wanted, before);
  }

  step(kind: TransitionKind, alert: Alert, before?: Alert): Transition {
    if (alert.state === 'resolved') this.live.delete(alert.subject);
    else this.live.set(alert.subject, alert);
    return { kind, alert, at: this.now, reason: 'because', ...(before === undefined ? {} : { before }) };
  }

  fold(transition: Transition): void {
    const { incidents, timeline } = fold({
      at: this.now,
      source: 'contoso/service-health',
      transitions: [transition],
      changes: [],
      incidents: [...this.incidents.values()],
      route: (alert) => ({
        groupKey: groupOf(alert.subject),
        groupLabels: { group: groupOf(alert.subject) },
        destinations: [aDestination('noc', { groupWait: 0 })],
      }),
      reopenWithinMs: HOUR,
    });
    const numbers = new Map(
      incidents.filter(({ id }) => id < 0).map(({ id }, i) => [id, this.incidents.size + 1 + i]),
    );
    for (const incident of incidents) this.put({ ...incident, id: numbers.get(incident.id) ?? incident.id });
    this.lines.push(
      ...timeline.map((line) => ({ ...line, incident: numbers.get(line.incident) ?? line.incident })),
    );
  }

  act(id: number | undefined, act: Act, actor: Actor): void {
    const incident = id === undefined ? undefined : this.incidents.get(id);
    if (incident === undefined) return;
    const timeline = this.lines.filter((line) => line.incident === id);
    const acted = applyAct(incident, act, actor, this.now, timeline);
    if (acted === undefined) return;
    this.put(acted.incident);
    this.lines.push(acted.line);
  }

  pass(): void {
    for (const incident of this.incidents.values()) {
      const ticked = tick(incident, this.now);
      if (ticked === undefined) continue;
      this.put(ticked.incident);
      this.lines.push(...ticked.lines);
    }
  }

  put(incident: Incident): void {
    const before = this.incidents.get(incident.id);
    expect(incident.revision).toBe((before?.revision ?? 0) + 1);
    if (before !== undefined) expect(shownRevision(incident)).toBeGreaterThanOrEqual(shownRevision(before));
    this.incidents.set(incident.id, incident);
  }

  check(): void {
    const unresolved = [...this.incidents.values()].filter(({ state }) => state !== 'resolved');
    const groups = unresolved.map(({ groupKey }) => groupKey);
    expect(groups).toEqual([...new Set(groups)]);
    for (const incident of this.incidents.values()) checkOne(incident, this.now);
    // Every change is a line of its incident, and none is ever lost.
    for (const { id, revision } of this.incidents.values())
      expect(this.lines.filter((line) => line.incident === id).length).toBeGreaterThanOrEqual(revision);
    // What holds now is in an unresolved incident, unless somebody resolved it by hand.
    for (const { fingerprint } of this.live.values()) {
      const holding = [...this.incidents.values()].filter(({ alerts }) =>
        alerts.some((alert) => alert.fingerprint === fingerprint && alert.state === 'firing'),
      );
      expect(holding.some(({ state, resolvedBy }) => state !== 'resolved' || resolvedBy !== 'tocsin')).toBe(
        true,
      );
    }
  }

  /** A channel that edits and one that cannot are told until nothing is left; asked once more they hear nothing. */
  tell(): void {
    for (const incident of this.incidents.values())
      for (const canEdit of [true, false]) {
        for (let asked = 0; asked < 4; asked += 1) {
          const decision = this.decision(incident, canEdit);
          if (isQuiet(decision)) break;
          this.note(incident, canEdit, decision);
        }
        expect(isQuiet(this.decision(incident, canEdit))).toBe(true);
      }
  }

  decision(incident: Incident, canEdit: boolean): Decision {
    return decide({
      incident,
      destination: aDestination('noc', { groupWait: 0, groupInterval: 0, repeatInterval: 4 * HOUR }),
      told: this.told.get(`${incident.id}/${canEdit}`),
      owed: false,
      canEdit,
      sparing: false,
      pager: false,
      threadSeq: 0,
      hush: undefined,
      now: this.now,
    });
  }

  note(incident: Incident, canEdit: boolean, decision: Decision): void {
    const key = `${incident.id}/${canEdit}`;
    const before = this.told.get(key);
    const said = decision.do === 'remind' && canEdit ? before : undefined;
    this.told.set(
      key,
      aTelling(`incident:${incident.id}`, {
        revision: said?.revision ?? incident.revision,
        status: said?.status ?? statusOf(incident),
        firing: said?.firing ?? whatIsSaid(incident, false),
        lastAt: decision.do === 'edit' ? (before?.lastAt ?? this.now) : this.now,
      }),
    );
  }
}

function checkOne(incident: Incident, now: Instant): void {
  const firing = incident.alerts.filter((alert) => alert.state === 'firing');
  const { state, severity, peak, snoozedUntil, acknowledgedBy, resolvedAt, shown } = incident;
  if (firing.length > 0) expect(severity).toBe(worst(firing.map((alert) => alert.severity)));
  expect(isWorse(severity, peak)).toBe(false);
  expect(shown === undefined || shown < incident.revision).toBe(true);
  expect(resolvedAt !== undefined).toBe(state === 'resolved');
  if (state === 'resolved') {
    expect(snoozedUntil).toBeUndefined();
    return;
  }
  expect(firing.length).toBeGreaterThan(0);
  expect(acknowledgedBy !== undefined).toBe(state === 'acknowledged');
  expect(snoozedUntil === undefined || state === 'acknowledged').toBe(true);
  expect(hasWoken(incident, aTelling('x', { lastAt: now }))).toBe(false);
}

function isQuiet(decision: Decision): boolean {
  return decision.do === 'nothing' || decision.do === 'hold';
}

function actOf(name: Act['do'], now: Instant): Act {
  if (name === 'snooze') return { do: 'snooze', until: now + HOUR };
  if (name === 'note') return { do: 'note', text: `note at ${now}` };
  if (name === 'silence' || name === 'unsilence') return { do: 'note', text: `silence at ${now}` };
  return { do: name };
}

const event: fc.Arbitrary<Event> = fc.record({
  what: fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({
        alert: fc.nat(2),
        does: fc.constantFrom(
          'come' as const,
          'go' as const,
          'go' as const,
          'change' as const,
          'tell' as const,
        ),
        severity: fc.constantFrom(...SEVERITIES),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        act: fc.constantFrom(
          'ack' as const,
          'unack' as const,
          'resolve' as const,
          'snooze' as const,
          'note' as const,
        ),
        incident: fc.nat(5),
        who: fc.constantFrom('alice', 'bob'),
      }),
    },
    { weight: 1, arbitrary: fc.constant('nothing' as const) },
  ),
  wait: fc.constantFrom(MINUTE, 5 * MINUTE, 20 * MINUTE, 90 * MINUTE),
  times: fc.integer({ min: 1, max: 3 }),
});

describe('any life of an incident', () => {
  it('leaves one consistent incident a group, whatever happens and however often each step is applied', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 40 }), (events) => {
        const [once, often] = [new Life(), new Life()];
        once.run(events, false);
        often.run(events, true);
        expect([...often.incidents.values()]).toEqual([...once.incidents.values()]);
        expect(often.lines).toEqual(once.lines);
      }),
      { numRuns: 150 },
    );
  });

  it('comes to rest: in the end nothing waits for time to pass', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 40 }), (events) => {
        const life = new Life();
        life.run(events, false);
        life.now += 30 * 24 * HOUR;
        life.pass();
        for (const incident of life.incidents.values()) expect(nextStepAt(incident)).toBeUndefined();
        life.check();
      }),
      { numRuns: 50 },
    );
  });
});
