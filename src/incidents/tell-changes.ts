import type { Alert } from '../model/alert.js';
import { ENGINE, MICROSOFT, type Incident } from '../model/incident.js';
import { isShared } from '../model/sharing.js';
import type { Change, SourceKey } from '../model/source.js';
import { describeChange } from './changes.js';
import { newest, say, whisper, type Drafts, type Draft, type FoldInput } from './draft.js';
import { isFlapping } from './flap.js';
import { alike, asNews, oneForEach } from './shared.js';

/** The words of a change go into the unresolved incidents of its subject, or else into the newest resolved one. */
export function tellChanges(drafts: Drafts, input: FoldInput): void {
  for (const change of input.changes) {
    if (describeChange(change).length === 0) continue;
    const about = drafts.all.filter((draft) =>
      draft.incident.alerts.some((alert) => isAbout(alert, change, input.source)),
    );
    for (const draft of about.some(({ incident }) => isShared(incident)) ? oneForEach(about) : open(about))
      tellChange(draft, change, input);
  }
}

function open(about: readonly Draft[]): readonly Draft[] {
  const unresolved = about.filter((draft) => draft.incident.state !== 'resolved');
  return unresolved.length > 0 ? unresolved : newest(about);
}

function tellChange(draft: Draft, change: Change, input: FoldInput): void {
  const news = asNews(change, draft.incident, input.source);
  const lines = news === undefined ? [] : describeChange(news);
  if (lines.length === 0) return;
  draft.incident = {
    ...draft.incident,
    alerts: draft.incident.alerts.map((alert) => refreshed(alert, change, input.source)),
  };
  for (const alert of draft.incident.alerts)
    if (isAbout(alert, change, input.source)) draft.incident = alike(draft.incident, alert);
  for (const line of lines) {
    const actor = line.by === 'microsoft' && change.kind !== 'tocsin' ? MICROSOFT : ENGINE;
    if (line.kind === 'changed' && onlyFlaps(draft.incident, change, input.source))
      whisper(draft, input, line.kind, line.text, actor);
    else say(draft, input.at, line.kind, line.text, actor, true);
  }
}

/** A state that comes and goes with its alert is no news. */
function onlyFlaps(incident: Incident, change: Change, source: SourceKey): boolean {
  return incident.alerts
    .filter((alert) => isAbout(alert, change, source))
    .every((alert) => isFlapping(incident, alert.fingerprint));
}

function isAbout(alert: Alert, change: Change, source: SourceKey): boolean {
  return alert.subject === change.subject && alert.sourceKey === source;
}

function refreshed(alert: Alert, change: Change, source: SourceKey): Alert {
  return isAbout(alert, change, source) && change.now !== undefined
    ? { ...alert, values: change.now.values }
    : alert;
}
