import type { Card, Section } from '../model/card.js';
import { FACT_TABLES, type FactTable, type FieldRow } from '../model/facts/index.js';
import type { Inline } from '../model/rich.js';
import type { SourceKind } from '../model/source.js';
import type { Instant } from '../model/time.js';
import { heading, listSection, paragraph, say, type ListItem } from './parts.js';

/** What the rules of a source may read: every field with its type. */
export function ruleHelpCard(kind: SourceKind, now: Instant): Card {
  const tables = FACT_TABLES[kind];
  const figures = tables.some(({ rows }) => rows.some(({ figure }) => figure))
    ? ' A figure is a number that is there with 1h and 24h at its end too, and stands for a rule’s own window under its bare name.'
    : '';
  const title = `What rules of ${kind} may read`;
  return {
    topic: `rule-help:${kind}`,
    tone: 'neutral',
    title,
    fallback: `${title}: ${tables.map(({ subject }) => subject).join(', ')}`,
    sections: [
      paragraph(
        say('In '),
        code('when'),
        say(', '),
        code('clear'),
        say(' and '),
        code('severity'),
        say(' as '),
        code('now.<field>'),
        say(', before the change as '),
        code('before.<field>'),
        say('; '),
        code('now.at'),
        say(' is the time of the poll. In texts as '),
        code('{{field}}'),
        say(`. A ? says that it may be null.${figures}`),
      ),
      ...tables.flatMap((table, i) => tableSections(table, tables.slice(0, i))),
    ],
    actions: [],
    at: now,
  };
}

/** What an earlier table has told is not told again. */
function tableSections(table: FactTable, earlier: readonly FactTable[]): readonly Section[] {
  const own = table.rows.filter((row) => !earlier.some(({ rows }) => rows.includes(row)));
  const [first] = earlier;
  const rest =
    own.length === table.rows.length || first === undefined ? '' : `The fields of ${first.subject}, and:`;
  const note = [table.note.replaceAll('`', ''), rest].filter((part) => part !== '').join(' ');
  return [
    heading(table.subject),
    ...(note === '' ? [] : [paragraph(say(note))]),
    ...listSection(undefined, own.map(rowLine), own.length),
  ];
}

function rowLine({ names, type, meaning, example, figure }: FieldRow): ListItem {
  const words = [
    figure === true ? 'figure' : type,
    meaning.replaceAll('`', ''),
    example === '' ? '' : `such as ${example}`,
  ].filter((part) => part !== '');
  return {
    tone: 'neutral',
    line: [
      ...names.flatMap((name, i) => [...(i === 0 ? [] : [say(' ')]), code(name)]),
      say(`: ${words.join('; ')}`),
    ],
  };
}

function code(text: string): Inline {
  return { text, code: true };
}
