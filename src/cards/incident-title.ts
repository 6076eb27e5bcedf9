import type { Alert } from '../model/alert.js';
import type { Incident } from '../model/incident.js';
import { oneOfEach } from './tenants-of.js';
import { textOf } from './values.js';
import { clip, statusText } from './words.js';

const TITLE_MAX = 150;

/** What and where, and the reason where the title gives one: a lock screen says since when between the two. */
export interface TitleParts {
  readonly head: string;
  readonly reason: string;
}

/** What and where in one line; a group of several says how many more there are. */
export function titleOf(incident: Incident, main: Alert | undefined): string {
  const { head, reason } = titleParts(incident, main);
  return reason === '' ? head : clip(`${head}: ${reason}`, TITLE_MAX);
}

export function titleParts(incident: Incident, main: Alert | undefined): TitleParts {
  const { head, reason } = main === undefined ? whole(incident.title) : alertTitle(main, incident);
  const firing = incident.alerts.filter((alert) => alert.state !== 'resolved').length;
  const apart = oneOfEach(incident.alerts, main).filter((a) => a.subject !== main?.subject);
  const others = new Set(apart.map((a) => a.subject)).size;
  const more = others === 0 ? '' : ` and ${others} more${firing === 0 ? ', all over' : ''}`;
  return { head: `${clip(head, TITLE_MAX)}${more}`, reason: clip(reason, TITLE_MAX) };
}

/** A rule's own summary speaks, except where its cut would lose an id or where the alert is over. */
function alertTitle(alert: Alert, incident: Incident): TitleParts {
  const [kind, name] = splitSubject(alert.subject);
  if (kind === 'issue' && (alert.rule === 'service-issue' || alert.summary === '')) {
    return whole(issueTitle(alert, name));
  }
  const own = OWN_TITLES[alert.rule];
  if (own?.kind === kind) {
    if (alert.state === 'resolved') return whole(own.over(name));
    return { head: own.holds(name), reason: faultWords(alert) };
  }
  if (alert.summary !== '') return whole(alert.summary);
  return whole(kind === 'service' ? serviceTitle(alert, name) : incident.title);
}

/** Tocsin about itself: what a resolved alert's facts can no longer say. */
const OWN_TITLES: Readonly<
  Record<
    string,
    { kind: string; holds: (name: string) => string; over: (name: string) => string } | undefined
  >
> = {
  'source-blind': {
    kind: 'source',
    holds: (name) => `${name} is blind`,
    over: (name) => `${name} sees again`,
  },
  'channel-broken': {
    kind: 'channel',
    holds: (name) => `Channel ${name} refuses messages`,
    over: (name) => `Channel ${name} takes messages again`,
  },
  'rule-error': {
    kind: 'rule',
    holds: (name) => `Rule ${name} fails`,
    over: (name) => `Rule ${name} works again`,
  },
};

function whole(head: string): TitleParts {
  return { head, reason: '' };
}

/** `issue:EX123456` → `['issue', 'EX123456']`. */
export function splitSubject(subject: string): readonly [string, string] {
  const colon = subject.indexOf(':');
  return colon < 0 ? ['', subject] : [subject.slice(0, colon), subject.slice(colon + 1)];
}

function issueTitle(alert: Alert, id: string): string {
  const title = textOf(alert.values, 'title')?.replace(/\.$/, '');
  if (title === undefined) return alert.summary === '' ? id : alert.summary;
  const service = textOf(alert.values, 'service');
  // The id must survive the cut: it is what people search for.
  return `${clip(`${service === undefined ? '' : `${service}: `}${title}`, TITLE_MAX - id.length - 3)} (${id})`;
}

function serviceTitle(alert: Alert, id: string): string {
  const status = textOf(alert.values, 'status');
  if (status === undefined) return id;
  return `${textOf(alert.values, 'name') ?? id}: ${statusText(status, textOf(alert.values, 'statusText')).toLowerCase()}`;
}

/** `403, admin consent missing`: the status in front unless the words say it already; without their full stop. */
function faultWords(alert: Alert): string {
  const words = (textOf(alert.values, 'message', 'reason', 'error') ?? '').replace(/\.$/, '');
  const status = alert.values['status'];
  if (typeof status !== 'number' || status === 0 || words.includes(String(status))) return words;
  return words === '' ? String(status) : `${status}, ${words}`;
}

/** What the reader should do about a failure of ours; empty for everybody else's. */
export function subjectLine(alert: Alert): string {
  if (alert.kind !== 'tocsin' || alert.state === 'resolved') return '';
  const advice = textOf(alert.values, 'advice');
  return advice === undefined ? '' : `Next step: ${advice}`;
}
