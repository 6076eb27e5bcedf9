/** How bad it is, worst first. */
export const SEVERITIES = ['critical', 'major', 'warning', 'info'] as const;

export type Severity = (typeof SEVERITIES)[number];

export function isSeverity(value: unknown): value is Severity {
  return (SEVERITIES as readonly unknown[]).includes(value);
}

/** Negative when `a` is worse than `b`; sorts worst first. */
export function compareSeverity(a: Severity, b: Severity): number {
  return SEVERITIES.indexOf(a) - SEVERITIES.indexOf(b);
}

export function isWorse(a: Severity, b: Severity): boolean {
  return compareSeverity(a, b) < 0;
}

/** The worst of the given severities, or undefined when there is none. */
export function worst(severities: Iterable<Severity>): Severity | undefined {
  let found: Severity | undefined;
  for (const severity of severities) if (found === undefined || isWorse(severity, found)) found = severity;
  return found;
}
