import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { HOUR, type Instant } from '../../model/time.js';
import { header, type Answer, type Host } from '../http/answer.js';
import type { World } from '../state/world.js';
import type { Table } from './state.js';

/** A link is good for an hour. */
const LIFE = HOUR;

/** Signs links to report files, and serves those who bring one. */
export interface FileStore {
  link(executionId: string, format: 'csv' | 'tsv', now: Instant): string;
  readonly host: Host;
}

/** The storage that pre-signed links lead to: it knows no tokens and refuses whoever brings one. */
export function openFiles(origin: string, world: World): FileStore {
  const key = randomBytes(32);
  const sign = (name: string, until: string): string =>
    createHmac('sha256', key).update(`${name}\n${until}`).digest('base64url');
  return {
    link: (executionId, format, now) => {
      const name = `${executionId}.${format}`;
      const until = String(now + LIFE);
      return `${origin}/reports/${name}?sv=2021-08-06&se=${until}&sp=r&sig=${sign(name, until)}`;
    },
    host: {
      name: 'files',
      answer: (request) => {
        if (header(request, 'authorization') !== undefined) return refused(400, 'InvalidAuthenticationInfo');
        const [, name = '', id = '', format = ''] =
          /^\/reports\/(([0-9a-f-]{36})\.(csv|tsv))$/.exec(request.path) ?? [];
        const until = request.query.get('se') ?? '';
        if (!equal(request.query.get('sig') ?? '', sign(name, until)) || Number(until) <= request.at)
          return refused(403, 'AuthenticationFailed');
        const run = world.insights.execution(id);
        if (run?.status !== 'Completed') return refused(404, 'BlobNotFound');
        return {
          status: 200,
          headers: { 'content-type': format === 'tsv' ? 'text/tab-separated-values' : 'text/csv' },
          body: textOf(run.table, format === 'tsv' ? '\t' : ','),
        };
      },
    },
  };
}

function textOf({ columns, rows }: Table, separator: string): string {
  const lines = [columns.map((name) => cell(name, separator)).join(separator)];
  for (let row = 1; row <= rows; row += 1)
    lines.push(columns.map((name, at) => cell(valueOf(name, at, row), separator)).join(separator));
  return `\uFEFF${lines.join('\r\n')}\r\n`;
}

function valueOf(column: string, at: number, row: number): string {
  if (/name$/i.test(column)) return row === 1 ? 'Fabrikam, "The Works"' : `Customer ${row}`;
  if (/country/i.test(column)) return ['FR', 'DE', 'US', 'JP'][row % 4] ?? '';
  if (/id$/i.test(column)) return `00000000-0000-4000-8000-${String(row).padStart(12, '0')}`;
  if (/key$/i.test(column)) return `2026-${String((row % 12) + 1).padStart(2, '0')}-01`;
  return String((row * 37 + at * 11) % 1_000);
}

function cell(value: string, separator: string): string {
  return separator === ',' && /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}

function refused(status: number, code: string): Answer {
  return {
    status,
    headers: { 'content-type': 'application/xml' },
    body: `<?xml version="1.0" encoding="utf-8"?><Error><Code>${code}</Code><Message>The request is refused.</Message></Error>`,
  };
}

function equal(a: string, b: string): boolean {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  return left.length === right.length && timingSafeEqual(left, right);
}
