import type { Response } from 'express';
import { parseIncidentName } from '../model/incident.js';
import type { FiledDocument, HttpData } from './deps.js';
import { HttpError } from './errors.js';

/** Sends the post-incident report that is filed for an incident. Throws `not-found`. */
export async function sendReport(data: HttpData, name: string, res: Response): Promise<void> {
  const id = parseIncidentName(name);
  const found = id === undefined ? undefined : await data.report(id);
  if (found === undefined)
    throw new HttpError(404, 'not-found', `No post-incident report is filed for ${name}.`);
  send(found, res);
}

/** Sends the draft of a postmortem that somebody had made. Throws `not-found`. */
export async function sendPostmortem(data: HttpData, name: string, res: Response): Promise<void> {
  const id = parseIncidentName(name);
  const found = id === undefined ? undefined : await data.postmortem(id);
  if (found === undefined)
    throw new HttpError(
      404,
      'not-found',
      `No postmortem was drafted for ${name}; the command postmortem does.`,
    );
  send(found, res);
}

/** Somebody else's words are in it: a browser saves it and never opens it as a page of ours. */
function send({ name, mediaType, body }: FiledDocument, res: Response): void {
  res.attachment(name).type(mediaType);
  res.set({ 'x-content-type-options': 'nosniff', 'content-security-policy': 'sandbox' });
  res.send(Buffer.from(body));
}
