import { auditCard } from '../cards/index.js';
import { parseDuration } from '../lib/duration.js';
import type { AuditOutcome } from '../model/audit.js';
import { DAY } from '../model/time.js';
import type { Command } from './command.js';
import { whispered } from './support/answers.js';

const SPAN = 7 * DAY;
const SHOWN = 30;
const OUTCOMES: readonly AuditOutcome[] = ['done', 'refused', 'failed'];

export const audit: Command = {
  name: 'audit',
  summary: 'who did what, from where, and what was refused',
  usage: 'audit [name|id|words] [refused|failed|done] [span]',
  examples: ['audit', 'audit alice 30d', 'audit INC-1042', 'audit refused'],
  role: 'admin',
  endsInText: true,
  async run(args, { desk }) {
    const spans = args.flatMap((word) => parseDuration(word) ?? []);
    const outcome = OUTCOMES.find((known) => args.some((word) => word.toLowerCase() === known));
    const text = args
      .filter((word) => parseDuration(word) === undefined && word.toLowerCase() !== outcome)
      .join(' ');
    const span = spans.at(-1) ?? SPAN;
    const found = await desk.audits({
      since: desk.now() - span,
      limit: SHOWN + 1,
      ...(text === '' ? {} : { text }),
      ...(outcome === undefined ? {} : { outcome }),
    });
    const entries = found.slice(0, SHOWN);
    return whispered(auditCard({ entries, more: found.length > SHOWN, text, span, now: desk.now() }));
  },
};
