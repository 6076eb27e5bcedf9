import type { Instant } from '../../model/time.js';
import { stamp, type GraphMessage } from './wire.js';

export type MessageInput = Pick<GraphMessage, 'id' | 'title' | 'services'> &
  Partial<Omit<GraphMessage, 'body'>> & { readonly html: string };

export type MessagePatch = Partial<Omit<GraphMessage, 'id' | 'body' | 'lastModifiedDateTime'>> & {
  readonly html?: string;
};

/** A file of a message; its content is served, and never listed. */
export interface MessageAttachment {
  readonly id: string;
  readonly name: string;
  readonly contentType: string;
  readonly at: Instant;
  readonly content: Buffer;
}

/** The Message center of the sandbox's tenants; each change moves lastModifiedDateTime. */
export interface MessageState {
  putMessage(message: MessageInput, at?: Instant): void;
  /** Throws for a message that was never put. */
  patchMessage(id: string, patch: MessagePatch, at?: Instant): void;
  /** Adds a file, which the message then says that it has. Throws for a message that was never put. */
  attach(id: string, attachment: Omit<MessageAttachment, 'at'>, at?: Instant): void;
  /** Undefined for a message that was never put. */
  attachments(id: string): readonly MessageAttachment[] | undefined;
  removeMessage(id: string): void;
  loadRaw(messagesJson: string | undefined): void;
  snapshot(): readonly GraphMessage[];
  readonly raw: { readonly messages: string | undefined };
}

export function openMessages(now: () => Instant, settle: () => void): MessageState {
  const messages = new Map<string, GraphMessage>();
  const files = new Map<string, readonly MessageAttachment[]>();
  const raw: { messages: string | undefined } = { messages: undefined };
  return {
    raw,
    putMessage: ({ html, ...message }, at = now()) => {
      messages.set(message.id, { ...newMessage(at, html), ...message });
    },
    patchMessage: (id, { html, ...patch }, at = now()) => {
      const message = messages.get(id);
      if (message === undefined) throw new Error(`There is no message ${id} in the sandbox.`);
      const body = html === undefined ? message.body : { ...message.body, content: html };
      messages.set(id, { ...message, ...patch, body, lastModifiedDateTime: stamp(at) });
    },
    attach: (id, attachment, at = now()) => {
      const message = messages.get(id);
      if (message === undefined) throw new Error(`There is no message ${id} in the sandbox.`);
      files.set(id, [...(files.get(id) ?? []), { ...attachment, at }]);
      messages.set(id, { ...message, hasAttachments: true, lastModifiedDateTime: stamp(at) });
    },
    attachments: (id) => {
      settle();
      return messages.has(id) ? (files.get(id) ?? []) : undefined;
    },
    removeMessage: (id) => {
      messages.delete(id);
    },
    loadRaw: (messagesJson) => {
      raw.messages = messagesJson;
    },
    snapshot: () => {
      settle();
      return [...messages.values()];
    },
  };
}

function newMessage(at: Instant, html: string): Omit<GraphMessage, 'id' | 'title' | 'services'> {
  return {
    startDateTime: stamp(at),
    endDateTime: null,
    lastModifiedDateTime: stamp(at),
    expiryDateTime: null,
    category: 'stayInformed',
    severity: 'normal',
    tags: [],
    isMajorChange: false,
    actionRequiredByDateTime: null,
    hasAttachments: false,
    viewPoint: null,
    details: [],
    body: { contentType: 'html', content: html },
  };
}
