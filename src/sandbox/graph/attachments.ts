import { json, type Answer, type Route, type SandboxRequest } from '../http/answer.js';
import type { MessageAttachment } from '../state/messages.js';
import { stamp } from '../state/wire.js';
import { graphHeaders, notFound } from './errors.js';
import type { GraphContext } from './host.js';

const BASE = '\\/v1\\.0\\/admin\\/serviceAnnouncement\\/messages\\/([^/]+)\\/attachments';

/** `serviceAnnouncementAttachment` (Microsoft Learn, List attachments of a serviceUpdateMessage). */
export const attachmentRoutes: readonly Route<GraphContext>[] = [
  route('', (request, id, _attachment, all) =>
    json(
      200,
      {
        '@odata.context': `${request.origin}/v1.0/$metadata#admin/serviceAnnouncement/messages('${id}')/attachments`,
        value: all.map(entity),
      },
      graphHeaders(request),
    ),
  ),
  route('\\/([^/]+)', (request, _id, attachment) => json(200, entity(attachment), graphHeaders(request))),
  route('\\/([^/]+)\\/content', (request, _id, attachment) => ({
    status: 200,
    headers: { ...graphHeaders(request), 'content-type': attachment.contentType },
    body: attachment.content,
  })),
];

type Tell = (
  request: SandboxRequest,
  id: string,
  attachment: MessageAttachment,
  all: readonly MessageAttachment[],
) => Answer;

function route(path: string, tell: Tell): Route<GraphContext> {
  return {
    method: 'GET',
    path: new RegExp(`^${BASE}${path}$`),
    roles: ['ServiceMessage.Read.All'],
    answer: (request, [id = '', attachment], { world }) => {
      const all = world.messages.attachments(id);
      if (all === undefined) return notFound(request, id);
      const named = attachment === undefined ? all[0] : all.find((one) => one.id === attachment);
      if (attachment !== undefined && named === undefined) return notFound(request, attachment);
      return tell(request, id, named ?? NONE, all);
    },
  };
}

const NONE: MessageAttachment = { id: '', name: '', contentType: '', at: 0, content: Buffer.alloc(0) };

function entity({ id, name, contentType, at, content }: MessageAttachment): object {
  return { id, name, contentType, size: content.length, lastModifiedDateTime: stamp(at) };
}
