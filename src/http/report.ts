import type { Response } from 'express';
import { parseIncidentName } from '../model/incident.js';
import type { HttpData } from './deps.js';
import { HttpError } from './errors.js';

/** Sends the post-incident report that is filed for an incident. Throws `not-found`. */
export async function sendReport(data: HttpData, name: string, res: Response): Promise<void> {
  const id = parseIncidentName(name);
  const found = id === undefined ? undefined : await data.report(id);
  if (found === undefined)
    throw new HttpError(404, 'not-found', `No post-incident report is filed for ${name}.`);
  // Somebody else's file: a browser saves it and never opens it as a page of ours.
  res.attachment(found.name).type(found.mediaType);
  res.set({ 'x-content-type-options': 'nosniff', 'content-security-policy': 'sandbox' });
  res.send(Buffer.from(found.body));
}
