import type { Alert } from '../model/alert.js';
import type { Dimension } from '../model/ask.js';
import type { JsonObject } from '../model/json.js';
import type { Labels } from '../model/labels.js';
import type { Instant } from '../model/time.js';
import type { Rule } from './compile.js';
import { fingerprintOf } from './fingerprint.js';
import type { JudgeInput } from './judgement.js';
import type { Scene } from './scene.js';
import { fillTemplate } from './template.js';

/** The alert that a rule makes of what it sees: severity, labels and texts as they are now, and how far it has come in its `life`. */
export function alertOf(
  rule: Rule,
  scene: Scene,
  input: JudgeInput,
  life: Pick<Alert, 'state' | 'startsAt' | 'baseline'> & { firingAt?: Instant; clearSince?: Instant },
): Alert {
  const { definition } = rule;
  const severity = rule.severity(scene);
  const said = { tenant: scene.tenant, subject: scene.subject };
  return {
    fingerprint: fingerprintOf(definition.name, input.source, scene.subject),
    rule: definition.name,
    tenant: input.tenant,
    sourceKey: input.source,
    kind: definition.source,
    subject: scene.subject,
    severity,
    labels: {
      ...definition.labels,
      ...dimensionLabels(definition.by, scene.now),
      alertname: definition.name,
      severity,
      tenant: input.tenant,
      source: definition.source,
      subject: scene.subject,
    },
    summary: fillTemplate(definition.summary, scene.now, said),
    description: fillTemplate(definition.description, scene.now, said),
    runbook: definition.runbook,
    values: scene.now,
    because: because(rule, scene, severity),
    once: definition.once,
    ...life,
  };
}

/** What a rule keeps calls apart by, so that its alerts can be routed and grouped by it. */
function dimensionLabels(by: readonly Dimension[] | undefined, values: JsonObject): Labels {
  return Object.fromEntries(
    (by ?? []).flatMap((name) => {
      const value = values[name];
      return typeof value === 'string' ? [[name, value]] : [];
    }),
  );
}

/** `active, classification incident, status serviceDegradation → major`: what was decided on, with the values. */
function because(rule: Rule, scene: Scene, severity: string): string {
  const values = rule.reads.map((name) => {
    const value = scene.now[name];
    if (typeof value === 'boolean') return value ? name : `not ${name}`;
    return `${name} ${typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value ?? 'unknown')}`.slice(
      0,
      80,
    );
  });
  return `${values.join(', ')} → ${severity}`;
}
