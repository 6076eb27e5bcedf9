import { z } from 'zod';
import { lowered, readRows, type ReadRows } from '../rows.js';

const text = z.string().nullish().catch(null);
const flag = z.boolean().nullish().catch(null);
const strings = z
  .array(z.unknown())
  .nullish()
  .catch(null)
  .transform((values) => (values ?? []).filter((value) => typeof value === 'string'));

const detailSchema = z.object({ name: z.string(), value: z.string() });

const messageSchema = z.object({
  id: z.string().min(1).max(100),
  title: text,
  startDateTime: text,
  endDateTime: text,
  lastModifiedDateTime: text,
  category: text,
  severity: text,
  tags: strings,
  isMajorChange: flag,
  actionRequiredByDateTime: text,
  services: strings,
  hasAttachments: flag,
  details: z.array(z.unknown()).nullish().catch(null),
  body: z
    .union([z.object({ content: text }), z.string()])
    .nullish()
    .catch(null),
});

const attachmentSchema = z.object({
  name: z.string().min(1),
  size: z.number().nonnegative().nullish().catch(null),
});

/** `serviceUpdateMessage`, as far as it is used. Who has read it (`viewPoint`) is somebody's own and never asked. */
export type Message = Omit<z.infer<typeof messageSchema>, 'details' | 'body'> & {
  readonly details: readonly z.infer<typeof detailSchema>[];
  /** HTML, or plain text that is called HTML. */
  readonly content: string;
};

/** `serviceAnnouncementAttachment` without its content. `size` in bytes. */
export interface Attachment {
  readonly name: string;
  readonly size: number | null;
}

export function readMessages(rows: readonly unknown[]): ReadRows<Message> {
  return readRows(rows, readMessage);
}

/** Undefined for what is no message at all. Unknown fields and enum members pass, either casing is read. */
export function readMessage(row: unknown): Message | undefined {
  const read = messageSchema.safeParse(lowered(row)).data;
  if (read === undefined) return undefined;
  const { body, details, ...message } = read;
  return {
    ...message,
    details: (details ?? []).flatMap((detail) => detailSchema.safeParse(detail).data ?? []),
    content: typeof body === 'string' ? body : (body?.content ?? ''),
  };
}

export function readAttachments(rows: readonly unknown[]): ReadRows<Attachment> {
  return readRows(rows, (row) => {
    const read = attachmentSchema.safeParse(lowered(row)).data;
    return read === undefined ? undefined : { name: read.name, size: read.size ?? null };
  });
}
