import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  AuthenticationHandler,
  Client,
  PageIterator,
  type Context,
  type Middleware,
  type PageCollection,
} from '@microsoft/microsoft-graph-client';
import { Agent, fetch } from 'undici';
import { handClock, openRig, type Rig } from './support.js';

let rig: Rig;
let dispatcher: Agent;

beforeAll(async () => {
  rig = await openRig({ clock: handClock(Date.parse('2026-11-02T08:00:00Z')) });
  dispatcher = new Agent({ connect: { ca: rig.sandbox.caPem } });
  rig.sandbox.health.setService('Exchange', { name: 'Exchange Online' });
  for (let i = 0; i < 120; i += 1)
    rig.sandbox.health.putIssue({ id: `EX10${i}`, title: 't', service: 'Exchange Online' });
});
afterAll(async () => {
  await dispatcher.destroy();
  await rig.close();
});

describe("Microsoft's Graph client", () => {
  it('sends its token to the host and reads the overviews', async () => {
    const body: unknown = await client().api('/admin/serviceAnnouncement/healthOverviews').get();
    expect(body).toMatchObject({ value: [{ id: 'Exchange', status: 'investigating' }] });
  });

  it('follows the pages', async () => {
    const first = (await client()
      .api('/admin/serviceAnnouncement/issues')
      .filter('isResolved eq false')
      .orderby('lastModifiedDateTime desc')
      .header('Prefer', 'odata.maxpagesize=50')
      .get()) as PageCollection;
    let seen = 0;
    const pages = new PageIterator(client(), first, () => {
      seen += 1;
      return true;
    });
    await pages.iterate();
    expect(seen).toBe(120);
  });

  it('meets the error of a missing issue', async () => {
    await expect(client().api('/admin/serviceAnnouncement/issues/EX999999').get()).rejects.toMatchObject({
      statusCode: 403,
      code: 'UnknownError',
    });
  });
});

function client(): Client {
  const authentication = new AuthenticationHandler({ getAccessToken: () => rig.token() });
  authentication.setNext({ execute });
  return Client.initWithMiddleware({
    baseUrl: rig.sandbox.endpoints.graph,
    customHosts: new Set(['127.0.0.1']),
    middleware: authentication,
  });
}

/** The last link of the client's chain, with a connection that trusts the sandbox. The client asks by address here. */
const execute: Middleware['execute'] = async (context: Context) => {
  const headers = context.options?.headers as Record<string, string>;
  const answer = await fetch(String(context.request), { headers, dispatcher });
  context.response = new Response(await answer.text(), {
    status: answer.status,
    headers: { 'content-type': answer.headers.get('content-type') ?? '' },
  });
};
