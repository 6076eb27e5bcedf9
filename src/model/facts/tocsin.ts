import { row, type FactTable } from './table.js';

export const TOCSIN: readonly FactTable[] = [
  {
    kind: 'tocsin',
    subject: 'source:<tenant>/<kind>[/<name>]',
    note: '',
    rows: [
      row('type', 'string', 'source'),
      row('source', 'string', 'contoso/service-health', 'its key'),
      row('sourceKind tenant', 'string', 'service-health', 'its kind, and the tenant’s name'),
      row('state', 'string', 'denied', '`ok`, `throttled`, `denied`, `unreachable` or `failing`'),
      row('failures', 'number', '2', 'failed polls in a row'),
      row('blindSince', 'string?', '2026-11-21T03:10:00.000Z', 'the first of them; null while well'),
      row('blindSinceText', 'string', '03:10 UTC', 'empty while well'),
      row('lastGood', 'string?', '2026-11-21T03:09:00.000Z', 'the last good poll; null while well'),
      row('code', 'string', 'api.denied', 'what went wrong; empty while well'),
      row('status', 'number', '403', 'the HTTP status of it; 0 while well'),
      row('message advice', 'string', '', 'the same for people, and what to do'),
    ],
  },
  {
    kind: 'tocsin',
    subject: 'channel:<name>',
    note: '',
    rows: [
      row('type', 'string', 'channel'),
      row('channel', 'string', 'noc', 'its name'),
      row('state', 'string', 'broken', '`ok`, `throttled` or `broken`'),
      row('reason', 'string', '', 'why; empty while well'),
    ],
  },
  {
    kind: 'tocsin',
    subject: 'rule:<name>',
    note: '',
    rows: [
      row('type', 'string', 'rule'),
      row('rule', 'string', 'teams-interrupted', 'its name'),
      row('failing', 'bool', 'true', 'it could not be evaluated at this poll'),
      row('message example', 'string', '', 'the error, and a subject it happened on'),
    ],
  },
  {
    kind: 'tocsin',
    subject: 'escalation:<incident>',
    note: '',
    rows: [
      row('type', 'string', 'escalation'),
      row('incident title', 'string', 'INC-1042', 'its number, and what it is'),
      row('stuck', 'bool', 'true', 'it has not done by now what it should'),
      row('why', 'string', 'step 2 has not run', 'empty while well'),
      row('minutesLate', 'number', '3', ''),
    ],
  },
  {
    kind: 'tocsin',
    subject: 'calendar:<schedule>',
    note: '',
    rows: [
      row('type', 'string', 'calendar'),
      row('schedule', 'string', 'voice', 'whose calendar it is'),
      row('failures', 'number', '3', 'times in a row that it could not be read'),
      row('message', 'string', '', 'why; empty while well'),
    ],
  },
];
