import { FACT_TABLES, type FactTable, type FieldRow } from '../../src/model/facts/index.js';

const INTRO: Readonly<Record<string, string>> = {
  'direct-routing': `Rows of the log come up to two days late. Windows therefore end with the subject's own last call, and a trunk is judged by its last calls
until newer ones come. Counts of a window without failures are rounded down, though never over a number that a rule compares
with, so that everyday traffic makes no change.

A **figure** stands for the 15 minutes before the last call; with \`1h\` and \`24h\` at its end (\`failed1h\`, \`ner24h\`) for the hour and the
day. In a rule with \`window: 2h\` figures, and what is marked **window**, stand for those two hours under their bare names.`,
};

/** The part of docs/rules.md that lists every field, made of the tables that rules are checked by. */
export function factSections(): string {
  return Object.entries(FACT_TABLES)
    .map(([kind, tables]) => {
      const intro = INTRO[kind] === undefined ? '' : `${INTRO[kind]}\n\n`;
      return `## Facts of \`${kind}\`\n\n${intro}${tables.map(section).join('\n')}`;
    })
    .join('\n');
}

function section({ subject, note, rows }: FactTable): string {
  const said = note === '' ? '' : `${note}\n\n`;
  const head = '| field | type | example | meaning |\n| --- | --- | --- | --- |\n';
  return `### \`${subject}\`\n\n${said}${head}${rows.map(line).join('')}`;
}

function line({ names, type, example, meaning, figure, windowed }: FieldRow): string {
  const mark = figure === true ? '**figure**' : windowed === true ? '**window**' : '';
  const words = [mark, meaning].filter((part) => part !== '').join(': ');
  const cells = [
    names.map((name) => `\`${name}\``).join(', '),
    `\`${type}\``,
    example === '' ? '' : `\`${example}\``,
    words,
  ];
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |\n`;
}
