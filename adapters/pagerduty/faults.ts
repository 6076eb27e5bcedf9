import { z } from 'zod';
import { Fault } from '../../src/lib/fault.js';
import { waitAsked, type PushAnswer } from '../../src/lib/http/push.js';
import { SECOND, type Instant } from '../../src/model/time.js';

/** PagerDuty's 429 says nothing of its own; its documentation advises to wait. */
const WAIT_MS = 30 * SECOND;
const SAID_MAX = 300;

const refusalShape = z.object({
  message: z.string().optional(),
  errors: z.array(z.string()).optional(),
});

/** What an answer that is not 2xx means (PagerDuty developer documentation, "Events API v2, Response Codes and Retry Logic"). */
export function refusal(answer: PushAnswer, host: string, routingKey: string, now: Instant): Fault {
  const { status } = answer;
  const message = `${host} answered ${status}${saidIn(answer.text, routingKey)}.`;
  const wait = waitAsked(answer, now);
  if (status === 429)
    return new Fault('channel.throttled', message, { status, retryAfterMs: wait.retryAfterMs ?? WAIT_MS });
  if (status === 413) return new Fault('channel.too-large', message, { status });
  if (status === 408 || status >= 500) return new Fault('channel.failed', message, { status, ...wait });
  const advice =
    status === 400 || status === 401 || status === 403
      ? 'Check routingKey: the 32 characters of an Events API v2 integration of the service.'
      : 'Check url: https://events.pagerduty.com, or https://events.eu.pagerduty.com in the EU.';
  return new Fault('channel.refused', message, { status, advice });
}

function saidIn(text: string, routingKey: string): string {
  const parsed = refusalShape.safeParse(jsonOf(text));
  if (!parsed.success) return '';
  const { message, errors = [] } = parsed.data;
  const said = [message, ...errors]
    .filter((part) => part !== undefined)
    .join('; ')
    .replaceAll(routingKey, '…')
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .replace(/\.$/, '');
  return said === '' ? '' : ` (${said.slice(0, SAID_MAX)})`;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
