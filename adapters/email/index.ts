import type { Adapter, AdapterDeps, AdapterPlug } from '../../src/notify/adapter.js';
import { openChannel } from './channel.js';
import { channelSettings, emailSettings, readChannel, readSettings } from './settings.js';

/** E-mail over SMTP. It only speaks: what is answered to it, nobody hears. */
export const email: AdapterPlug = {
  kind: 'email',
  settings: emailSettings,
  channel: channelSettings,
  open: async (settings, deps) => openEmail(settings, deps),
};

function openEmail(given: unknown, deps: AdapterDeps): Adapter {
  const settings = readSettings(given);
  return {
    kind: 'email',
    channel: (name, own) => openChannel(name, settings, readChannel(own), deps),
    person: (name, id) => openChannel(name, settings, readChannel({ to: [id] }), deps),
    close: async () => undefined,
  };
}
