import type { Alert } from '../model/alert.js';
import type { Card, Tone } from '../model/card.js';
import type { Inline } from '../model/rich.js';
import type { RuleDefinition } from '../model/rule.js';
import { compareSeverity, isSeverity } from '../model/severity.js';
import { SOURCE_KINDS } from '../model/source.js';
import type { Instant } from '../model/time.js';
import { command, dotted, link, listSection, paragraph, say, type ListItem } from './parts.js';
import { plural } from './words.js';

export interface RulesView {
  readonly rules: readonly RuleDefinition[];
  /** Firing and pending ones. */
  readonly alerts: readonly Alert[];
  readonly now: Instant;
  readonly url: string;
}

/** Every rule in force by what it looks at, those that fire first. */
export function rulesCard({ rules, alerts, now, url }: RulesView): Card {
  const firing = alerts.filter((alert) => alert.state === 'firing');
  const noisy = new Set(firing.map((alert) => alert.rule)).size;
  const title = `${plural(rules.length, 'rule')} in force, ${noisy === 0 ? 'none' : noisy} firing`;
  return {
    topic: 'rules',
    tone: firing.length === 0 ? 'ok' : worstOf(firing),
    title,
    fallback: title,
    sections: [
      ...SOURCE_KINDS.flatMap((kind) => {
        const own = rules.filter((rule) => rule.source === kind);
        return listSection(
          kind,
          own
            .map((rule) => ({ rule, fires: firing.filter((alert) => alert.rule === rule.name) }))
            .sort((a, b) => b.fires.length - a.fires.length)
            .map(({ rule, fires }) => ruleLine(rule, fires)),
          own.length,
        );
      }),
      paragraph(
        { text: 'rule <name>', code: true },
        say(' shows one, '),
        { text: 'rule help <source>', code: true },
        say(' the fields that rules may read.'),
      ),
    ],
    actions: [],
    footer: url === '' ? [] : [link('console', url)],
    at: now,
  };
}

function ruleLine(rule: RuleDefinition, firing: readonly Alert[]): ListItem {
  const fires: readonly Inline[] =
    firing.length === 0 ? [] : [{ text: `${firing.length} firing`, bold: true }];
  return {
    tone: firing.length === 0 ? 'neutral' : worstOf(firing),
    line: dotted(
      [command(rule.name, `rule ${rule.name}`)],
      [say(severityWords(rule))],
      fires,
      originWords(rule),
    ),
  };
}

/** `critical`, or the severities that its expression may give. */
export function severityWords({ severity }: RuleDefinition): string {
  if (isSeverity(severity)) return severity;
  const named = [...severity.matchAll(/[?:]\s*\(*["'](critical|major|warning|info)["']/g)].flatMap(
    ([, word]) => (isSeverity(word) ? [word] : []),
  );
  const words = [...new Set(named)].sort(compareSeverity);
  return words.length === 0 ? 'as it finds' : words.join(' or ');
}

/** Where it is written, unless it is one of the pack. */
function originWords({ origin }: RuleDefinition): readonly Inline[] {
  return isBuiltin(origin) ? [] : [say(origin)];
}

export function isBuiltin(origin: string): boolean {
  return origin === 'builtin' || origin.startsWith('builtin/');
}

function worstOf(alerts: readonly Alert[]): Tone {
  return [...alerts].sort((a, b) => compareSeverity(a.severity, b.severity))[0]?.severity ?? 'neutral';
}
