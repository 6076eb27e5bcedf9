import type { Alert } from '../model/alert.js';
import type { Action } from '../model/card.js';
import { incidentName, type Incident } from '../model/incident.js';
import { isAnnouncement, type IncidentView } from './incident-view.js';

/** What to press, as it fits the state, what is needed first in front: a platform draws as many as it has room for. */
export function incidentActions(view: IncidentView, main: Alert | undefined): readonly Action[] {
  return [...stateActions(view, main), whyAction(view.incident)];
}

export function whyAction({ id }: Incident): Action {
  return plain('details', 'Why?', `explain ${incidentName(id)}`);
}

function stateActions({ incident, silencedUntil }: IncidentView, main: Alert | undefined): readonly Action[] {
  const name = incidentName(incident.id);
  const details = plain('details', 'Details', `incident ${name}`);
  if (incident.state === 'resolved' || isAnnouncement(incident)) return [details];
  const resolve: Action = {
    ...plain('resolve', 'Resolve', `resolve ${name}`),
    confirm: `Resolve ${name} for everyone?`,
  };
  const silence =
    silencedUntil === undefined
      ? { ...plain('silence', 'Silence 1h', `silence ${name} 1h`), ...form('Silence', `silence ${name}`) }
      : plain('unsilence', 'Unsilence', `unsilence ${name}`);
  const snooze = plain('snooze', 'Snooze 1h', `snooze ${name} 1h`);
  const note: Action = { id: 'note', label: 'Note', style: 'default', ...form('Note', `note ${name}`) };
  const rest = [silence, note, ...runbook(main), details];
  // One that got worse since it was taken is offered again: whoever is called for that says that they have it.
  if (incident.state === 'open' || incident.wokeAt !== undefined)
    return [acknowledge(name), snooze, resolve, ...rest];
  if (incident.snoozedUntil === undefined)
    return [resolve, snooze, plain('unack', 'Unacknowledge', `unack ${name}`), ...rest];
  return [resolve, plain('unack', 'Wake up now', `unack ${name}`), ...rest];
}

function acknowledge(name: string): Action {
  return { ...plain('ack', 'Acknowledge', `ack ${name}`), style: 'primary' };
}

function form(label: string, opens: string): Pick<Action, 'form'> {
  return { form: { label, opens } };
}

function plain(id: Action['id'], label: string, command: string): Action {
  return { id, label, style: 'default', command };
}

function runbook(main: Alert | undefined): readonly Action[] {
  return main !== undefined && /^https?:/i.test(main.runbook)
    ? [{ id: 'link', label: 'Runbook', style: 'default', href: main.runbook }]
    : [];
}
