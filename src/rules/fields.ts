import { typeOfCalls } from '../model/ask.js';
import { fieldsOf, type FactTable, type FieldType } from '../model/facts/index.js';
import type { RuleDefinition } from '../model/rule.js';
import type { SourceKind } from '../model/source.js';

export type FactTables = Readonly<Record<SourceKind, readonly FactTable[]>>;

/** What a rule may read, by name, as types of CEL. */
export type Fields = Readonly<Record<string, string>>;

const CEL: Readonly<Record<FieldType, string>> = {
  string: 'string',
  'string?': 'string',
  number: 'double',
  'number?': 'double',
  bool: 'bool',
  'bool?': 'bool',
  texts: 'list<string>',
  list: 'list<dyn>',
  timestamp: 'google.protobuf.Timestamp',
};

/** The tables of the facts that a rule is asked about; none when its `subject` begins no subject of its source. */
export function tablesFor(definition: RuleDefinition, tables: FactTables): readonly FactTable[] {
  return tables[definition.source].filter(
    (table) => isCounted(table, definition) && mayBegin(table, definition.subject),
  );
}

/** How the subjects of a table begin: `issue:`. */
export function headOf({ subject }: FactTable): string {
  return subject.slice(0, subject.indexOf('<'));
}

function mayBegin(table: FactTable, subject: string | undefined): boolean {
  const head = headOf(table);
  return subject === undefined || head.startsWith(subject) || subject.startsWith(head);
}

function isCounted({ subject, finer }: FactTable, { by, source }: RuleDefinition): boolean {
  if (by === undefined || source !== 'direct-routing') return finer !== true;
  const type = typeOfCalls(by);
  if (type === 'trunk') return subject.startsWith('trunk:') && finer !== true;
  return type === 'calls' ? subject.startsWith('tenant:') : finer === true;
}

/** All names of these tables; one that has two types has none that is checked. */
export function fieldsIn(tables: readonly FactTable[]): Fields {
  const fields: Record<string, string> = { at: CEL.timestamp };
  for (const table of tables)
    for (const [name, type] of fieldsOf(table)) {
      const known = fields[name];
      fields[name] = known === undefined || known === CEL[type] ? CEL[type] : 'dyn';
    }
  return fields;
}
