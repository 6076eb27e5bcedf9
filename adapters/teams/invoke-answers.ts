import type { Task } from './forms.js';
import { cut } from './markdown.js';
import { CARD_TYPE, type AdaptiveCard } from './render.js';
import type { InboundAnswer } from './transport.js';

/** What a dialog shows next. */
export function taskAnswer(task: Task): InboundAnswer {
  return { status: 200, body: { task } };
}

/** In place of the card whose button was pressed, for the one who pressed. */
export function shown(card: AdaptiveCard): InboundAnswer {
  return { status: 200, body: { statusCode: 200, type: CARD_TYPE, value: card } };
}

/** Seen by the one who pressed, and by nobody else. */
export function said(text: string): InboundAnswer {
  return {
    status: 200,
    body: { statusCode: 200, type: 'application/vnd.microsoft.activity.message', value: cut(text, 1_000) },
  };
}

/** The client keeps the card that it shows. */
export function invokeError(statusCode: number, code: string, message: string): InboundAnswer {
  return {
    status: 200,
    body: { statusCode, type: 'application/vnd.microsoft.error', value: { code, message } },
  };
}
