import { editDistance, nearest } from '../lib/nearest.js';
import type { RuleDefinition } from '../model/rule.js';
import { SEVERITIES } from '../model/severity.js';
import type { SourceKind } from '../model/source.js';
import { headOf, type FactTables } from './fields.js';

/** `now.atempts is no field of direct-routing; did you mean now.attempts?` */
export function unknownField(path: string, fields: readonly string[], source: SourceKind): string {
  const dot = path.indexOf('.') + 1;
  const name = path.slice(dot);
  const [meant] = [...nearest(name, fields, 5)].sort((a, b) => editDistance(name, a) - editDistance(name, b));
  const again = meant === undefined ? '' : `; did you mean ${path.slice(0, dot)}${meant}?`;
  return `${path} is no field of ${source}${again} ("rule help ${source}" lists them)`;
}

export function unknownSubject({ subject = '', source }: RuleDefinition, tables: FactTables): string {
  const heads = [...new Set(tables[source].map(headOf))].filter((head) => head !== '');
  const [meant] = nearest(subject, heads, 1);
  const hint = meant === undefined ? `there are ${heads.join(', ')}` : `did you mean ${meant}?`;
  return `no subject of ${source} begins with "${subject}"; ${hint}`;
}

export function unknownSeverity(word: string): string {
  const [meant] = nearest(word, SEVERITIES, 1);
  const hint = meant === undefined ? '' : ` Did you mean ${meant}?`;
  return `"${word}" is no severity: use critical, major, warning or info.${hint}`;
}

/** CEL's words for what does not fit, in words of ours. */
export function typeWords(message: string, near: string | undefined): string {
  const where = near === undefined ? '' : ` in ${near.replace(/\s+/g, ' ')}`;
  const overload = /^no such overload: (\S+) (\S+) (\S+)$/.exec(message);
  if (overload !== null) {
    const [, left = '', sign = '', right = ''] = overload;
    return `${plainType(left)} and ${plainType(right)} do not go together with ${sign}${where}`;
  }
  return near === undefined || message.includes(near.replace(/^\./, '')) ? message : `${message}${where}`;
}

const PLAIN: Readonly<Record<string, string>> = {
  double: 'a number',
  int: 'a whole number',
  string: 'a text',
  bool: 'true or false',
  null: 'null',
  'google.protobuf.Timestamp': 'a timestamp',
  'google.protobuf.Duration': 'a duration',
  'list<string>': 'a list of texts',
};

export function plainType(type: string): string {
  return PLAIN[type] ?? type;
}
