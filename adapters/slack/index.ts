import { z } from 'zod';
import type { Adapter, AdapterDeps, AdapterPlug } from '../../src/notify/adapter.js';
import { openChannel } from './channel.js';
import { openPerson } from './person.js';
import { startListening, type Listening } from './listen.js';
import { slackLogger } from './log.js';
import { openTransport, openWire } from './transport.js';
import { oneWorkspace } from './workspaces.js';

const API_URL = 'https://slack.com/api/';

const slackSettings = z
  .strictObject({
    botToken: z
      .string()
      .min(1)
      .refine(
        (token) => !token.startsWith('xapp-'),
        'must be the bot token (xoxb-…), not the app-level token',
      ),
    signingSecret: z.string().min(1).optional(),
    appToken: z
      .string()
      .min(1)
      .refine(
        (token) => !token.startsWith('xoxb-'),
        'must be the app-level token (xapp-…), not the bot token',
      )
      .optional(),
    apiUrl: z
      .string()
      .refine(isAllowedAddress, 'must be an https address (http for a loopback host only)')
      .default(API_URL),
  })
  .refine(({ signingSecret, appToken }) => signingSecret !== undefined || appToken !== undefined, {
    path: ['signingSecret'],
    message: 'is needed unless appToken (Socket Mode) is set',
  });

const channelSettings = z.strictObject({
  channel: z
    .string()
    .regex(/^[CGD][A-Z0-9]{2,}$/, "must be the channel's id, such as C0123456 (not its name)"),
});

/** Slack: HTTP mode on `/slack/events`, or Socket Mode when `appToken` is set. One workspace. */
export const slack: AdapterPlug = {
  kind: 'slack',
  settings: slackSettings,
  channel: channelSettings,
  open: async (settings, deps) => openSlack(slackSettings.parse(settings), deps),
};

function openSlack(settings: z.output<typeof slackSettings>, { log }: AdapterDeps): Adapter {
  const logger = slackLogger(log);
  const wire = openWire(settings.apiUrl);
  const { botToken: token } = settings;
  const transport = openTransport({ wire, logger, grant: async () => ({ token }) });
  const names = new Map<string, string>();
  let listening: Listening | undefined;
  return {
    kind: 'slack',
    channel(name, given) {
      const { channel } = channelSettings.parse(given);
      names.set(channel, name);
      return openChannel(name, channel, transport, log);
    },
    person: (name, id) => openPerson(name, id, transport, log),
    async listen(inbox) {
      listening = await startListening({
        inbox,
        workspaces: oneWorkspace(transport),
        ...wire,
        log,
        logger,
        signingSecret: settings.signingSecret,
        appToken: settings.appToken,
        channelName: (conversation) => names.get(conversation),
      });
    },
    async close() {
      await listening?.close();
      await wire.close();
    },
  };
}

function isAllowedAddress(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname } = new URL(text);
  const loopback = hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname);
  return protocol === 'https:' || (protocol === 'http:' && loopback);
}
