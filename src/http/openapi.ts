import { SOURCE_KINDS } from '../model/source.js';

type Schema = Readonly<Record<string, unknown>>;

const text: Schema = { type: 'string' };
const flag: Schema = { type: 'boolean' };
const whole: Schema = { type: 'integer' };
const instant: Schema = { type: 'string', format: 'date-time' };
const maybeInstant: Schema = { type: ['string', 'null'], format: 'date-time' };
const maybeText: Schema = { type: ['string', 'null'] };
const labels: Schema = { type: 'object', additionalProperties: text };
const severity: Schema = { enum: ['critical', 'major', 'warning', 'info'] };
const state: Schema = { enum: ['open', 'acknowledged', 'resolved'] };

/** OpenAPI 3.1 of `/api/v1`, written by hand beside its routes; the tests compare the two. */
export function openApi(publicUrl: string): Schema {
  return {
    openapi: '3.1.0',
    info: {
      title: 'Tocsin',
      version: '1',
      description: 'What Tocsin knows, and every chat command, as JSON. Instants are ISO 8601 in UTC.',
    },
    servers: [{ url: `${publicUrl}/api/v1` }],
    security: [{ token: [] }, { session: [] }],
    paths: {
      '/incidents': list('Incidents, unresolved first, then newest first', 'incidents', 'Incident', [
        query('state', { enum: ['all', 'unresolved', 'open', 'acknowledged', 'resolved'], default: 'all' }),
        query('tenant', text),
      ]),
      '/incidents/{id}': {
        get: {
          summary: 'One incident with its timeline, what each channel was told, and every delivery',
          parameters: [{ name: 'id', in: 'path', required: true, schema: text, example: 'INC-1042' }],
          responses: { 200: json('The incident', ref('IncidentDetail')), ...failures(401, 404) },
        },
      },
      '/incidents/{id}/report': {
        get: {
          summary: 'Microsoft’s post-incident report on the issue of an incident, as the file that it is',
          parameters: [{ name: 'id', in: 'path', required: true, schema: text, example: 'INC-1042' }],
          responses: {
            200: { description: 'The file', content: { 'application/octet-stream': {} } },
            ...failures(401, 404),
          },
        },
      },
      '/incidents/{id}/postmortem': {
        get: {
          summary: 'The draft of a postmortem that the command made, in Markdown',
          parameters: [{ name: 'id', in: 'path', required: true, schema: text, example: 'INC-1042' }],
          responses: {
            200: { description: 'The draft', content: { 'text/markdown': {} } },
            ...failures(401, 404),
          },
        },
      },
      '/subjects': list('The current fact of each subject', 'subjects', 'Subject', [
        query('tenant', text),
        query('kind', { enum: SOURCE_KINDS }),
      ]),
      '/deliveries': list('Delivery attempts, newest first', 'deliveries', 'Delivery', [
        query('channel', text),
        query('topic', { ...text, example: 'incident:1042' }),
      ]),
      '/explain/{id}': {
        get: {
          summary:
            'Why: the decisions about an incident, a subject, a Microsoft issue, a call or a rule, with their values',
          parameters: [
            { name: 'id', in: 'path', required: true, schema: text, example: 'INC-1042' },
            query('tenant', text),
          ],
          responses: { 200: json('The explanation', ref('Explanation')), ...failures(400, 401, 404) },
        },
      },
      '/rules': list('The rules in force', 'rules', 'Rule'),
      '/schedules': list('On-call schedules', 'schedules', 'Schedule'),
      '/silences': list('Silences in force', 'silences', 'Silence'),
      '/noise': {
        get: {
          summary:
            'What came of the alerts of each rule, week by week, the most ignored first; and how people answered',
          parameters: [
            query('weeks', { ...whole, minimum: 1, maximum: 52, default: 4 }),
            query('rule', text),
            query('tenant', text),
          ],
          responses: {
            200: json('Noise', object({ noise: arrayOf(ref('Noise')), response: arrayOf(ref('Response')) })),
            ...failures(400, 401),
          },
        },
      },
      '/audit': {
        get: {
          summary: 'Who did what, from where, and what was refused, newest first; for admins',
          parameters: [
            query('text', { ...text, description: 'in the name, the id, the place or the command' }),
            query('outcome', { enum: ['done', 'refused', 'failed'] }),
            query('since', instant),
            query('limit', { ...whole, minimum: 1, maximum: 1000, default: 100 }),
          ],
          responses: {
            200: json('Acts', object({ audit: arrayOf(ref('Act')) })),
            ...failures(400, 401, 403),
          },
        },
      },
      '/stream': {
        get: {
          summary: 'Server-sent events: `change` with the topic of whatever changed; nothing is replayed',
          responses: {
            200: { description: 'Events', content: { 'text/event-stream': {} } },
            ...failures(401),
          },
        },
      },
      '/command': {
        post: {
          summary: 'Runs a chat command',
          requestBody: { required: true, content: { 'application/json': { schema: ref('Command') } } },
          responses: { 200: json('The answer', ref('Answer')), ...failures(400, 401, 403, 413, 415) },
        },
      },
      '/backtest': {
        post: {
          summary:
            'What rules would have sent over the stored history, beside those in force: lines of JSON, `progress` and at last `backtest` or `error`; for responders',
          requestBody: {
            required: true,
            content: {
              'application/json': {
                schema: object({
                  rules: { ...text, description: 'a rule file' },
                  since: instant,
                  until: instant,
                }),
              },
            },
          },
          responses: {
            200: { description: 'Progress and the result', content: { 'application/x-ndjson': {} } },
            ...failures(400, 401, 403, 413, 415),
          },
        },
      },
      '/openapi.json': {
        get: { summary: 'This document', responses: { 200: json('OpenAPI 3.1', { type: 'object' }) } },
      },
    },
    components: {
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer' },
        session: { type: 'apiKey', in: 'cookie', name: 'tocsin_session' },
      },
      schemas: schemas(),
    },
  };
}

function schemas(): Schema {
  const incident = {
    id: text,
    tenant: text,
    title: text,
    state,
    severity,
    peak: severity,
    openedAt: instant,
    updatedAt: instant,
    acknowledgedAt: maybeInstant,
    acknowledgedBy: maybeText,
    resolvedAt: maybeInstant,
    resolvedBy: maybeText,
    snoozedUntil: maybeInstant,
    flapping: arrayOf(object({ fingerprint: text, since: instant, count: whole })),
    groupKey: text,
    groupLabels: labels,
    channels: arrayOf(text),
    baseline: flag,
    revision: whole,
    tenants: arrayOf(text),
    insight: { oneOf: [ref('Insight'), { type: 'null' }] },
    alerts: arrayOf(ref('Alert')),
  };
  return {
    Incident: object(incident),
    IncidentDetail: object({
      ...incident,
      timeline: arrayOf(ref('TimelineEntry')),
      tellings: arrayOf(ref('Telling')),
      deliveries: arrayOf(ref('Delivery')),
    }),
    Insight: object({
      calls: arrayOf({
        type: 'object',
        description: 'What the calls of each tenant say',
        required: ['tenant', 'from', 'to', 'attempts', 'failed', 'ner', 'microsoft', 'effect'],
        properties: {
          tenant: text,
          from: instant,
          to: instant,
          attempts: whole,
          failed: whole,
          ner: { type: 'number' },
          microsoft: { ...whole, description: 'Failed on Microsoft’s side' },
          effect: { enum: ['no-calls', 'none', 'other', 'some', 'heavy'] },
        },
      }),
      issues: arrayOf({
        type: 'object',
        description: 'Microsoft’s issues on Teams and Skype for Business beside failing calls',
        required: ['id', 'title', 'tenants', 'startedAt', 'postedAt', 'endedAt'],
        properties: { id: text, title: text, tenants: arrayOf(text), endedAt: maybeInstant },
      }),
      early: arrayOf({
        type: 'object',
        description: 'What was seen before Microsoft posted it',
        required: ['tenant', 'seenAt', 'issue', 'postedAt', 'leadSeconds', 'incident'],
        properties: {
          tenant: text,
          seenAt: instant,
          issue: maybeText,
          postedAt: maybeInstant,
          leadSeconds: { type: ['integer', 'null'] },
          incident: maybeText,
        },
      }),
    }),
    Alert: object({
      fingerprint: text,
      rule: text,
      subject: text,
      source: text,
      state: { enum: ['pending', 'firing', 'resolved'] },
      severity,
      labels,
      summary: text,
      description: text,
      runbook: text,
      startsAt: instant,
      firingAt: maybeInstant,
      endsAt: maybeInstant,
      because: text,
      values: { type: 'object' },
    }),
    TimelineEntry: object({ seq: whole, at: instant, kind: text, actor: ref('Actor'), text }),
    Actor: object({ name: text, via: text }),
    Telling: object({
      channel: text,
      state: { enum: ['sending', 'told'] },
      status: text,
      revision: whole,
      firstAt: maybeInstant,
      lastAt: maybeInstant,
    }),
    Act: object({
      at: instant,
      who: text,
      via: { enum: ['slack', 'teams', 'console', 'cli'] },
      id: maybeText,
      role: { enum: ['viewer', 'responder', 'admin', null] },
      where: maybeText,
      button: flag,
      action: text,
      outcome: { enum: ['done', 'refused', 'failed'] },
      needs: { enum: ['viewer', 'responder', 'admin', null] },
      reason: maybeText,
    }),
    Delivery: object({
      at: instant,
      channel: text,
      topic: text,
      action: { enum: ['post', 'edit', 'thread', 'find', 'none'] },
      outcome: { enum: ['accepted', 'throttled', 'refused', 'failed', 'unknown', 'held', 'not-told'] },
      reason: text,
      answer: maybeText,
      until: maybeInstant,
      durationMs: whole,
      lateMs: whole,
    }),
    Explanation: object({
      about: { enum: ['incident', 'subject', 'call', 'rule'] },
      text,
      card: { type: 'object' },
      facts: arrayOf(ref('Subject')),
      evaluations: arrayOf(ref('Evaluation')),
      decisions: arrayOf(ref('Decision')),
      incidents: arrayOf(ref('Incident')),
      deliveries: arrayOf(ref('Delivery')),
      sources: arrayOf(object({ key: text, state: maybeText, message: text, polledAt: maybeInstant })),
    }),
    Evaluation: {
      type: 'object',
      required: ['rule', 'subject', 'at', 'state', 'when', 'for', 'keep', 'baseline', 'reason'],
      properties: {
        rule: text,
        subject: text,
        source: text,
        at: instant,
        since: maybeInstant,
        state: { enum: ['silent', 'pending', 'firing', 'keeping', 'announced', 'failed'] },
        when: text,
        trace: ref('Trace'),
        clear: object({ text, trace: ref('Trace') }),
        for: text,
        keep: text,
        startsAt: maybeInstant,
        clearSince: maybeInstant,
        severity,
        because: text,
        baseline: flag,
        reason: text,
      },
    },
    Trace: {
      description:
        'One comparison (`term`) with the values of its two sides, or several joined by `all` or `any`',
      type: 'object',
      required: ['kind', 'holds'],
      properties: {
        kind: { enum: ['term', 'all', 'any'] },
        holds: { type: ['boolean', 'null'] },
        text,
        left: object({ text, value: {} }),
        op: text,
        right: object({ text, value: {} }),
        of: arrayOf(ref('Trace')),
      },
    },
    Decision: {
      type: 'object',
      required: ['source', 'rule', 'subject', 'at', 'outcome', 'reason', 'evaluation'],
      properties: {
        source: text,
        rule: text,
        subject: text,
        at: instant,
        outcome: text,
        reason: text,
        evaluation: { anyOf: [ref('Evaluation'), { type: 'null' }] },
      },
    },
    Subject: object({
      subject: text,
      tenant: text,
      source: text,
      kind: { enum: SOURCE_KINDS },
      since: instant,
      seenAt: instant,
      values: { type: 'object' },
    }),
    Rule: { type: 'object', required: ['name', 'source', 'when', 'severity'], properties: { name: text } },
    Schedule: object({
      name: text,
      timeZone: text,
      now: { anyOf: [ref('Shift'), { type: 'null' }] },
      next: arrayOf(ref('Shift')),
      overrides: arrayOf(
        object({
          id: whole,
          person: text,
          from: instant,
          to: instant,
          author: text,
          comment: text,
          at: instant,
        }),
      ),
      gaps: arrayOf(object({ from: instant, to: instant })),
      overlaps: arrayOf(object({ people: arrayOf(text), from: instant, to: instant })),
      feed: { type: ['string', 'null'], description: 'an iCalendar feed for whoever has its address' },
    }),
    Shift: object({ person: maybeText, from: instant, to: maybeInstant, reason: text }),
    Silence: object({
      id: whole,
      matchers: arrayOf(text),
      startsAt: instant,
      endsAt: instant,
      author: ref('Actor'),
      comment: text,
      holdsBack: arrayOf({ ...text, example: 'INC-1042' }),
    }),
    Response: object({
      from: instant,
      to: instant,
      incidents: whole,
      acknowledged: whole,
      mttaMs: { type: ['integer', 'null'], description: 'mean milliseconds to the first acknowledgement' },
      resolved: whole,
      mttrMs: { type: ['integer', 'null'], description: 'mean milliseconds to the end' },
      people: arrayOf(object({ person: text, pages: whole, night: whole })),
    }),
    Noise: object({
      rule: text,
      weeks: arrayOf(
        object({
          from: instant,
          to: instant,
          fired: whole,
          acted: whole,
          silenced: whole,
          ignored: whole,
          open: whole,
          announced: whole,
          flapped: whole,
        }),
      ),
      subjects: arrayOf(object({ subject: text, fired: whole })),
      suggestions: arrayOf(
        object({
          setting: { enum: ['for', 'keep'] },
          value: { ...text, example: '5m' },
          spared: whole,
          of: whole,
        }),
      ),
    }),
    Command: {
      type: 'object',
      required: ['command'],
      properties: {
        command: { ...text, example: 'status teams' },
        as: { ...text, description: 'The name for the timeline, when no session has one' },
        via: { enum: ['console', 'cli'], default: 'console' },
        render: { enum: ['html'], description: 'Also give the card as HTML' },
      },
    },
    Answer: {
      type: 'object',
      required: ['ok', 'text', 'card'],
      properties: { ok: flag, text, card: { type: 'object' }, html: text, replaces: flag },
    },
    Error: object({ error: object({ code: text, message: text }) }),
  };
}

function list(summary: string, key: string, name: string, filters: readonly Schema[] = []): Schema {
  const limit = query('limit', { ...whole, minimum: 1, maximum: 1_000, default: 100 });
  return {
    get: {
      summary,
      ...(filters.length === 0 ? {} : { parameters: [...filters, limit] }),
      responses: { 200: json(summary, object({ [key]: arrayOf(ref(name)) })), ...failures(400, 401) },
    },
  };
}

const FAILURES: Readonly<Record<number, string>> = {
  400: 'The request makes no sense',
  401: 'No token, or a wrong one',
  403: 'From a foreign page or host',
  404: 'No such thing',
  413: 'Larger than 1 MiB',
  415: 'Not JSON',
};

function failures(...statuses: readonly number[]): Schema {
  return Object.fromEntries(
    statuses.map((status) => [status, json(FAILURES[status] ?? 'Failed', ref('Error'))]),
  );
}

function query(name: string, schema: Schema): Schema {
  return { name, in: 'query', schema };
}

function json(description: string, schema: Schema): Schema {
  return { description, content: { 'application/json': { schema } } };
}

function object(properties: Schema): Schema {
  return { type: 'object', required: Object.keys(properties), properties };
}

function arrayOf(items: Schema): Schema {
  return { type: 'array', items };
}

function ref(name: string): Schema {
  return { $ref: `#/components/schemas/${name}` };
}
