import type { Alert } from '../model/alert.js';
import type { Incident } from '../model/incident.js';
import { textOf } from './values.js';
import { clip, statusText } from './words.js';

const TITLE_MAX = 150;

/** What and where in one line; a group of several says how many more there are. */
export function titleOf(incident: Incident, main: Alert | undefined): string {
  const first = main === undefined ? incident.title : alertTitle(main, incident);
  const firing = incident.alerts.filter((alert) => alert.state !== 'resolved').length;
  const others = new Set(incident.alerts.filter((a) => a.subject !== main?.subject).map((a) => a.subject))
    .size;
  const more = others === 0 ? '' : ` and ${others} more`;
  return `${clip(first, TITLE_MAX)}${firing === 0 && more !== '' ? `${more}, all over` : more}`;
}

function alertTitle(alert: Alert, incident: Incident): string {
  const [kind, name] = splitSubject(alert.subject);
  if (kind === 'issue') return issueTitle(alert, name);
  if (kind === 'service') return serviceTitle(alert, name);
  if (kind === 'source') return sourceTitle(alert, name);
  if (kind === 'channel') return channelTitle(alert, name);
  if (kind === 'rule') return ruleTitle(alert, name);
  return alert.summary === '' ? incident.title : alert.summary;
}

/** `issue:EX123456` → `['issue', 'EX123456']`. */
export function splitSubject(subject: string): readonly [string, string] {
  const colon = subject.indexOf(':');
  return colon < 0 ? ['', subject] : [subject.slice(0, colon), subject.slice(colon + 1)];
}

function issueTitle(alert: Alert, id: string): string {
  const title = textOf(alert.values, 'title');
  if (title === undefined) return alert.summary === '' ? id : alert.summary;
  const service = textOf(alert.values, 'service');
  // The id must survive the cut: it is what people search for.
  return `${clip(`${service === undefined ? '' : `${service}: `}${title}`, TITLE_MAX - id.length - 3)} (${id})`;
}

function serviceTitle(alert: Alert, id: string): string {
  const status = textOf(alert.values, 'status');
  if (status === undefined) return alert.summary === '' ? id : alert.summary;
  return `${textOf(alert.values, 'name') ?? id}: ${statusText(status).toLowerCase()}`;
}

function sourceTitle(alert: Alert, key: string): string {
  if (alert.rule !== 'source-blind') return alert.summary === '' ? key : alert.summary;
  if (alert.state === 'resolved') return `${key} sees again`;
  const reason = faultWords(alert);
  return reason === '' ? `${key} is blind` : `${key} is blind: ${reason}`;
}

function channelTitle(alert: Alert, name: string): string {
  if (alert.state === 'resolved') return `Channel ${name} takes messages again`;
  const reason = faultWords(alert);
  return reason === '' ? `Channel ${name} refuses messages` : `Channel ${name} refuses messages: ${reason}`;
}

function ruleTitle(alert: Alert, name: string): string {
  if (alert.state === 'resolved') return `Rule ${name} works again`;
  const reason = faultWords(alert);
  return reason === '' ? `Rule ${name} fails` : `Rule ${name} fails: ${reason}`;
}

/** `403, admin consent missing`: the status in front unless the words say it already; without their full stop. */
export function faultWords(alert: Alert): string {
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
