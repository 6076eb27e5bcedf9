/** `serviceHealthStatus` of Graph v1.0, exact members, and what each means for somebody who waits for the service. */
const STATUSES = {
  serviceOperational: { text: 'Service operational', active: false, level: 'ok' },
  investigating: { text: 'Investigating', active: true, level: 'warning' },
  serviceDegradation: { text: 'Service degradation', active: true, level: 'major' },
  serviceInterruption: { text: 'Service interruption', active: true, level: 'critical' },
  restoringService: { text: 'Restoring service', active: true, level: 'major' },
  extendedRecovery: { text: 'Extended recovery', active: true, level: 'major' },
  verifyingService: { text: 'Verifying service', active: true, level: 'warning' },
  investigationSuspended: { text: 'Investigation suspended', active: true, level: 'info' },
  serviceRestored: { text: 'Service restored', active: false, level: 'ok' },
  falsePositive: { text: 'False positive', active: false, level: 'ok' },
  postIncidentReviewPublished: { text: 'Post-incident review published', active: false, level: 'ok' },
  resolved: { text: 'Resolved', active: false, level: 'ok' },
  resolvedExternal: { text: 'Resolved externally', active: false, level: 'ok' },
  mitigated: { text: 'Mitigated', active: false, level: 'ok' },
  mitigatedExternal: { text: 'Mitigated externally', active: false, level: 'ok' },
  confirmed: { text: 'Confirmed', active: true, level: 'warning' },
  reported: { text: 'Reported', active: true, level: 'warning' },
  // Of the retired Office 365 API alone: something to read, and nothing that is broken.
  informationAvailable: { text: 'Information available', active: false, level: 'info' },
  informationUnavailable: { text: 'Information unavailable', active: false, level: 'info' },
} as const satisfies Record<string, StatusMeaning>;

export type Level = 'ok' | 'info' | 'warning' | 'major' | 'critical';

interface StatusMeaning {
  readonly text: string;
  readonly active: boolean;
  readonly level: Level;
}

export interface Status extends StatusMeaning {
  /** The canonical member, or `unknown`. */
  readonly name: string;
}

/** Members that are reserved in Graph: whether such an issue is open, only `isResolved` says. */
const RESERVED = new Set([
  'resolved',
  'resolvedExternal',
  'mitigated',
  'mitigatedExternal',
  'confirmed',
  'reported',
]);

const BY_LETTERS = new Map(
  Object.entries(STATUSES).map(([name, meaning]) => [name.toLowerCase(), { name, ...meaning }]),
);

/** Words of the retired Office 365 API for what Graph calls otherwise. */
const OTHER_WORDS: Readonly<Record<string, keyof typeof STATUSES>> = {
  postincidentreportpublished: 'postIncidentReviewPublished',
  normalservice: 'serviceOperational',
};

/** Any casing, with or without blanks. A member nobody has told us about counts as active: silence would be a guess. */
export function readStatus(raw: string | null | undefined): Status {
  const word = letters(raw);
  const known = BY_LETTERS.get(OTHER_WORDS[word]?.toLowerCase() ?? word);
  if (known !== undefined) return known;
  return { name: 'unknown', text: spoken(raw), active: true, level: 'warning' };
}

function spoken(raw: string | null | undefined): string {
  const words = (raw ?? '')
    .slice(0, 60)
    .replace(/[^A-Za-z0-9 ]/g, '')
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .trim()
    .toLowerCase();
  return words === '' ? 'Unknown' : `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
}

/** Resolved is resolved. Unresolved with a status that says it is over is over too; reserved members decide nothing. */
export function isActive(status: Status, isResolved: boolean | null | undefined): boolean {
  if (isResolved === true) return false;
  if (isResolved === false && RESERVED.has(status.name)) return true;
  return status.active;
}

/** An advisory weighs one step less than an incident of the same status. */
export function issueLevel(status: Status, classification: string, active: boolean): Level {
  if (!active) return 'ok';
  if (classification === 'incident') {
    if (status.name === 'serviceInterruption') return 'critical';
    return status.name === 'verifyingService' || status.name === 'investigationSuspended'
      ? 'warning'
      : 'major';
  }
  if (status.name === 'serviceInterruption') return 'major';
  return status.name === 'investigationSuspended' ? 'info' : 'warning';
}

/** The member of a small enum in any casing, or `unknown`. */
export function readMember(raw: string | null | undefined, members: readonly string[]): string {
  return members.find((member) => member.toLowerCase() === letters(raw)) ?? 'unknown';
}

function letters(raw: string | null | undefined): string {
  return (raw ?? '').toLowerCase().replace(/[^a-z]/g, '');
}

const LEVELS: readonly Level[] = ['critical', 'major', 'warning', 'info', 'ok'];

/** 0 is worst. */
export function levelRank(level: Level): number {
  return LEVELS.indexOf(level);
}
