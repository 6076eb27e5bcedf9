import { inspect } from 'node:util';
import { LogLevel, type Logger } from '@slack/bolt';
import type { Log } from '../../src/lib/log.js';

const TOKEN =
  /xox[a-z]-[A-Za-z0-9-]+|xapp-[A-Za-z0-9-]+|(https:\/\/hooks\.slack\.com\/)\S+|(\bticket=)[\w-]+/g;

/**
 * Slack's libraries speak into our log. Their debug lines carry whole payloads, and so people's words: they are dropped.
 */
export function slackLogger(log: Log): Logger {
  const write =
    (level: 'info' | 'warn' | 'error') =>
    (...parts: unknown[]): void =>
      log[level](withoutTokens(parts.map(worded).join(' ')));
  return {
    debug: () => undefined,
    // What the libraries call information is about connections coming and going.
    info: (...parts) => log.debug(withoutTokens(parts.map(worded).join(' '))),
    warn: write('warn'),
    error: write('error'),
    setLevel: () => undefined,
    getLevel: () => LogLevel.INFO,
    setName: () => undefined,
  };
}

export function withoutTokens(text: string): string {
  return text.replace(TOKEN, '$1$2[redacted]');
}

function worded(part: unknown): string {
  if (typeof part === 'string') return part;
  return part instanceof Error ? part.message : inspect(part, { depth: 2, breakLength: Infinity });
}
