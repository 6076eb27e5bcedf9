import { isMap, LineCounter, parseDocument, type Node } from 'yaml';
import { z } from 'zod';
import { DIMENSIONS, USUAL_WINDOW } from '../model/ask.js';
import type { RuleDefinition, Written } from '../model/rule.js';
import { SOURCE_KINDS } from '../model/source.js';
import { DAY, MINUTE } from '../model/time.js';
import { parseDuration } from '../lib/duration.js';

export interface RuleProblem {
  readonly file: string;
  readonly line: number;
  readonly message: string;
}

const duration = z.string().transform((text, context) => {
  const ms = parseDuration(text);
  if (ms === undefined) {
    context.addIssue(`"${text}" is not a duration (30s, 5m, 48h, 7d)`);
    return z.NEVER;
  }
  return ms;
});

/** Calls are counted by the minute, and looked back at for a day. */
const window = duration.refine(
  (ms) => ms >= MINUTE && ms <= DAY && ms % MINUTE === 0,
  'a window is from 1m to 24h long, in whole minutes',
);

const ruleSchema = z.strictObject({
  name: z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/, 'use lower case letters, digits and hyphens'),
  source: z.enum(SOURCE_KINDS),
  subject: z.string().min(1).optional(),
  by: z.array(z.enum(DIMENSIONS)).optional(),
  window: window.optional(),
  when: z.string().min(1),
  clear: z.string().min(1).optional(),
  for: duration.optional(),
  keep: duration.optional(),
  once: z.boolean().optional(),
  severity: z.string().min(1),
  labels: z.record(z.string().regex(/^[a-zA-Z_][a-zA-Z0-9_]*$/), z.string()).optional(),
  summary: z.string().min(1),
  description: z.string().optional(),
  runbook: z.string().optional(),
  rationale: z.string().optional(),
});

/** The rules of one YAML file (a list, or a map with `rules:`), and everything that is wrong with it, with line numbers. */
export function parseRules(text: string, file: string): { rules: RuleDefinition[]; problems: RuleProblem[] } {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const problems: RuleProblem[] = document.errors.map((error) => ({
    file,
    line: error.linePos?.[0].line ?? 1,
    message: error.message.split('\n')[0] ?? 'not valid YAML',
  }));
  if (problems.length > 0) return { rules: [], problems };
  const path = document.has('rules') ? ['rules'] : [];
  const content: unknown = document.toJS();
  const items = path.length === 0 ? content : (content as { rules: unknown }).rules;
  if (!Array.isArray(items))
    return { rules: [], problems: [{ file, line: 1, message: 'expected a list of rules' }] };

  const lineOf = (at: readonly PropertyKey[]): number => {
    for (let depth = at.length; depth >= 0; depth -= 1) {
      const node = document.getIn([...path, ...at.slice(0, depth).map(String)], true);
      const range = isRanged(node) ? node.range : undefined;
      if (range !== undefined) return lines.linePos(range[0]).line;
    }
    return 1;
  };
  /** Where each key of a rule has its value. */
  const writtenIn = (node: unknown): Record<string, Written> =>
    Object.fromEntries(
      (isMap<Node, Node>(node) ? node.items : []).flatMap(({ key, value }) => {
        if (value?.range === undefined || value.range === null) return [];
        const [from, to] = value.range;
        return [[String(key), { line: lines.linePos(from).line, text: text.slice(from, to) }]];
      }),
    );
  const rules: RuleDefinition[] = [];
  items.forEach((item: unknown, index) => {
    const parsed = ruleSchema.safeParse(item);
    if (parsed.success)
      rules.push(
        toDefinition(
          parsed.data,
          `${file}:${lineOf([index])}`,
          writtenIn(document.getIn([...path, index], true)),
        ),
      );
    else
      for (const issue of parsed.error.issues)
        problems.push({
          file,
          line: lineOf([index, ...issue.path]),
          message: `${[`rule ${index + 1}`, ...issue.path.map(String)].join('.')}: ${issue.message}`,
        });
  });
  return { rules, problems };
}

function isRanged(node: unknown): node is { range: [number, number, number] } {
  return typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range);
}

function toDefinition(
  rule: z.infer<typeof ruleSchema>,
  origin: string,
  written: Readonly<Record<string, Written>>,
): RuleDefinition {
  const counts = rule.by !== undefined || rule.window !== undefined;
  const by = DIMENSIONS.filter((dimension) => (rule.by ?? ['trunk']).includes(dimension));
  return {
    name: rule.name,
    source: rule.source,
    ...(rule.subject === undefined ? {} : { subject: rule.subject }),
    ...(counts ? { by, windowMs: rule.window ?? USUAL_WINDOW } : {}),
    when: rule.when,
    ...(rule.clear === undefined ? {} : { clear: rule.clear }),
    forMs: rule.for ?? 0,
    keepMs: rule.keep ?? 0,
    once: rule.once ?? false,
    severity: rule.severity,
    labels: rule.labels ?? {},
    summary: rule.summary,
    description: rule.description ?? '',
    runbook: rule.runbook ?? '',
    rationale: (rule.rationale ?? '').trim(),
    origin,
    written,
  };
}
