const CATEGORIES: Readonly<Record<string, string>> = {
  preventorfixissue: 'preventOrFixIssue',
  planforchange: 'planForChange',
  stayinformed: 'stayInformed',
};

const SEVERITIES = ['normal', 'high', 'critical'];

/** `planForChange`, `Plan For Change`, `Prevent Or Fix Issues` → the member, or `unknown`. */
export function readCategory(raw: string | null | undefined): string {
  return CATEGORIES[letters(raw).replace(/s$/, '')] ?? 'unknown';
}

/** `normal`, `high`, `critical` in any casing, or `unknown`. */
export function readSeverity(raw: string | null | undefined): string {
  return SEVERITIES.find((severity) => severity === letters(raw)) ?? 'unknown';
}

function letters(raw: string | null | undefined): string {
  return (raw ?? '').toLowerCase().replace(/[^a-z]/g, '');
}
