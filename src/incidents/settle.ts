import { shownRevision, type Incident } from '../model/incident.js';
import { compareSeverity, worst } from '../model/severity.js';
import { severityOf } from './severity.js';
import type { Instant } from '../model/time.js';

/**
 * The incident after a step: severity and title follow the firing alerts (when none fires any more they stay as they were)
 * and the revision is raised by one. What nobody needs to see leaves `shown` and `updatedAt` as they were.
 */
export function settled(
  incident: Incident,
  original: Incident | undefined,
  at: Instant,
  visible = true,
  news = true,
): Incident {
  const { shown: _, ...rest } = incident;
  const worstFirst = [...incident.alerts].sort((a, b) => compareSeverity(a.severity, b.severity));
  const firing = worstFirst.filter((alert) => alert.state === 'firing');
  const severity = severityOf(firing) ?? incident.severity;
  // When all is over, the worst of it names what it was.
  const lead = firing[0] ?? worstFirst[0];
  const after: Incident = {
    ...rest,
    severity,
    peak: worst([incident.peak, severity]) ?? severity,
    title: lead?.summary ?? incident.title,
    updatedAt: visible ? at : incident.updatedAt,
    revision: incident.revision + 1,
    ...(visible || original === undefined ? {} : { shown: shownRevision(original) }),
  };
  // The first change of something that was already open at the first poll gives it a card of its own; that one more tenant has
  // it as well is none.
  if (original?.baselineOf === undefined || !news || after.state === 'resolved') return after;
  const { baselineOf: _baseline, ...told } = after;
  return told;
}
