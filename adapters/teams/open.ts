import { Fault } from '../../src/lib/fault.js';
import type { Adapter, AdapterDeps, AdapterMemory } from '../../src/notify/adapter.js';
import { openChannel, type ChannelParts } from './channel.js';
import { messagesRoute } from './http.js';
import { openListener, type Listener } from './listen.js';
import { openMemory } from './memory.js';
import { openPerson } from './person.js';
import { ratesOf } from './rates.js';
import { botCloudOf, type TeamsChannelSettings, type TeamsSettings } from './settings.js';
import { openTransport } from './transport.js';

export function openTeams(settings: TeamsSettings, deps: AdapterDeps): Adapter {
  if (settings.appId === undefined && !settings.insecureLocal) {
    // Without an app id the SDK would believe anybody.
    throw new Fault('settings.invalid', 'teams.appId is missing.');
  }
  const cloud = botCloudOf(settings);
  const transport = openTransport(settings, deps.log);
  let store: AdapterMemory | undefined = deps.memory;
  const memory = openMemory(() => store);
  const channels = new Map<string, string>();
  const tenants = new Set<string>(settings.tenantId === undefined ? [] : [settings.tenantId.toLowerCase()]);
  let listener: Listener | undefined;
  const parts: ChannelParts = {
    transport,
    memory,
    serviceUrl: cloud.serviceUrl,
    tenantId: settings.tenantId,
    log: deps.log,
  };

  return {
    kind: 'teams',
    channel(name, given) {
      const checked = given as TeamsChannelSettings;
      channels.set(checked.conversation, name);
      if (checked.tenantId !== undefined) tenants.add(checked.tenantId.toLowerCase());
      const tenant = checked.tenantId ?? settings.tenantId ?? '';
      return { ...openChannel(name, checked, parts), rates: ratesOf(tenant, checked.conversation) };
    },
    person: (name, id) => ({
      ...openPerson(name, id, parts),
      rates: ratesOf(settings.tenantId ?? '', id),
    }),
    async listen(inbox) {
      store = inbox.memory;
      const heard = openListener({
        inbox,
        transport,
        memory,
        log: deps.log,
        now: deps.now,
        channels,
        tenants: isGuid(settings.tenantId) ? tenants : undefined,
        web: cloud.web,
      });
      listener = heard;
      inbox.mount(
        'POST',
        '/api/messages',
        messagesRoute(transport, settings.insecureLocal, (activity) => heard.handle(activity), deps.log),
      );
    },
    async close() {
      await listener?.idle();
      await transport.close();
    },
  };
}

/** A tenant may be named by its domain, which activities never are. */
function isGuid(tenantId: string | undefined): boolean {
  return tenantId !== undefined && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(tenantId);
}
