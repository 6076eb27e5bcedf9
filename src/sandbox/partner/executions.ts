import type { Route } from '../http/answer.js';
import { envelope, refuse, type PartnerContext } from './answers.js';
import { wholeSecond } from './reports.js';
import type { SandboxExecution } from './state.js';

/** Operation 12. By default the latest completed run alone: before it there is only a 404. */
export const executionRoutes: readonly Route<PartnerContext>[] = [
  {
    method: 'GET',
    path: /^\/insights\/v1\/mpn\/ScheduledReport\/execution\/([^/]+)$/i,
    roles: [],
    answer: (request, [id = ''], context) => {
      const { insights } = context.world;
      const report = insights.reports().find(({ reportId }) => reportId.toLowerCase() === id.toLowerCase());
      if (report === undefined) return refuse(context, 404, 'No item found with the given filters.');
      const states = listOf(request.query.get('executionStatus') ?? 'Completed');
      const ids = request.query.has('executionId')
        ? listOf(request.query.get('executionId') ?? '')
        : undefined;
      const matching = insights
        .executions(id)
        .filter(({ status }) => states.includes(status.toLowerCase()))
        .filter(({ executionId }) => ids === undefined || ids.includes(executionId));
      const latest = request.query.get('getLatestExecution') !== 'false' && ids === undefined;
      const found = latest ? matching.slice(-1) : matching;
      if (found.length === 0)
        return refuse(context, 404, 'No execution has occurred yet for the given filter.');
      const rows = found.map((run) => ({
        executionId: run.executionId,
        reportId: report.reportId,
        recurrenceInterval: report.recurrenceInterval,
        recurrenceCount: report.recurrenceCount,
        callbackUrl: report.callbackUrl,
        callbackMethod: report.callbackMethod,
        format: run.format,
        ...resultOf(run, context, request.at),
      }));
      return envelope(context, 200, rows);
    },
  },
];

function resultOf(run: SandboxExecution, { files }: PartnerContext, now: number): object {
  const done = run.completedAt;
  return {
    executionStatus: run.status,
    reportLocation: null,
    reportAccessSecureLink: done === null ? null : files.link(run.executionId, run.format, now),
    reportExpiryTime: null,
    reportGeneratedTime: done === null ? null : wholeSecond(done),
  };
}

function listOf(text: string): string[] {
  return text.split(';').map((item) => item.trim().toLowerCase());
}
