// Facts as the sources make them, of a tenant with 20 services, 12 issues, 40 posts, 20 trunks, 3 sites and 12 reports.
import { FACT_TABLES, fieldsOf } from '../../../dist/src/model/facts/index.js';
import { pollFacts } from '../../../dist/src/sources/direct-routing/poll-facts.js';

export const NOW = Date.UTC(2026, 10, 21, 3, 10);
const MINUTE = 60_000;

/** @returns {{ subject: string, kind: string, values: Record<string, unknown> }[]} */
export function someFacts() {
  return [
    ...many('service-health', 0, 20, (i) => ({
      id: `S${i}`,
      active: i % 5 === 0,
      level: 'major',
      explained: i % 2 === 0,
    })),
    ...many('service-health', 1, 12, (i) => ({
      id: `EX${i}`,
      classification: i % 3 === 0 ? 'incident' : 'advisory',
      status: ['serviceDegradation', 'serviceInterruption', 'verifyingService', 'serviceRestored'][i % 4],
      active: i % 4 !== 3,
      nextUpdateBy: i % 2 === 0 ? new Date(NOW - i * 10 * MINUTE).toISOString() : null,
    })),
    ...many('message-center', 0, 40, (i) => ({
      id: `MC${i}`,
      severity: i % 7 === 0 ? 'high' : 'normal',
      actionRequiredBy: i % 4 === 0 ? new Date(NOW + i * 86_400_000).toISOString() : null,
      daysLeft: i % 4 === 0 ? i : null,
    })),
    ...calls(),
    ...many('cqd', 0, 6, (i) => ({
      stage: i % 2 === 0 ? 'integration' : 'cube',
      state: ['healthy', 'failing', 'stale'][i % 3],
      failing: i % 3 === 1,
      stale: i % 3 === 2,
      lastSuccess: new Date(NOW).toISOString(),
    })),
    ...many('partner-insights', 0, 12, (i) => ({
      id: `r${i}`,
      overdue: i % 6 === 0,
      overdueHours: i,
      lastExecutionId: `e${i}`,
    })),
    ...many('tocsin', 0, 8, (i) => ({
      failures: i % 4,
      state: i % 4 === 3 ? 'unreachable' : 'ok',
      code: '',
    })),
  ];
}

function many(kind, table, count, over) {
  const { subject } = FACT_TABLES[kind][table];
  const [head] = subject.split('<');
  return Array.from({ length: count }, (_, i) => ({
    subject: `${head}${kind}-${i}`,
    kind,
    values: { ...blank(FACT_TABLES[kind][table]), ...over(i) },
  }));
}

const BLANK = { string: '', number: 0, bool: false, texts: [], list: [] };

function blank(table) {
  return Object.fromEntries(
    [...fieldsOf(table)].map(([name, type]) => [name, type.endsWith('?') ? null : BLANK[type]]),
  );
}

const CODES = ['', '', '', '', '486/560486', '503/560503', '504/569008', '403/560403', '404/560404'];

function calls() {
  const counts = [];
  for (let trunk = 0; trunk < 20; trunk += 1)
    for (let minute = 0; minute < 120; minute += 1)
      counts.push([
        NOW - minute * MINUTE,
        `sbc${trunk}.contoso.com|o|FR|${CODES[(trunk * 7 + minute * (trunk % 4 === 0 ? 1 : 4)) % CODES.length]}||`,
        1 + (minute % 3),
      ]);
  const each = (tell) => counts.forEach((count) => tell(...count));
  return pollFacts({ tenant: 'contoso', each, now: NOW, runs: new Map() });
}
