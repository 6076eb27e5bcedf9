import { Fault } from '../../src/lib/fault.js';
import type { Adapter, AdapterDeps, Inbox } from '../../src/notify/adapter.js';
import { openChannel } from './channel.js';
import { channelBook } from './channel-book.js';
import { openInstalls } from './installs.js';
import { startListening, type Listening } from './listen.js';
import { slackLogger } from './log.js';
import { manyWorkspaces, type ManyWorkspaces, type OAuthDeps } from './oauth.js';
import { openPictures } from './pictures.js';
import { openPerson } from './person.js';
import { ratesOf } from './rates.js';
import { channelSettings, type SlackSettings } from './settings.js';
import { openTransport, openWire, type Wire } from './transport.js';
import { userGroup } from './user-group.js';
import { oneWorkspace, type Workspaces } from './workspaces.js';

export function openSlack(settings: SlackSettings, deps: AdapterDeps): Adapter {
  const { log } = deps;
  const wire = openWire(settings.apiUrl);
  const book = channelBook();
  let heard: Inbox | undefined;
  const changed = async (id: string): Promise<void> => {
    for (const { name, team } of book.of(id))
      await heard?.channelIs(name, await workspaces.trouble({ team }));
  };
  const reached = reach(settings, wire, deps, { changed, knows: book.knows });
  const { workspaces } = reached;
  let listening: Listening | undefined;
  return {
    kind: 'slack',
    channel(name, given) {
      const { channel, team, mention } = channelSettings.parse(given);
      book.add(channel, { name, team });
      return {
        ...openChannel(name, channel, workspaces.of({ team }), log, mention),
        rates: ratesOf(team ?? '', channel),
      };
    },
    person(name, id) {
      const [user = id, team] = id.split('/', 2).reverse();
      if (team !== undefined) book.addTeam(team);
      return {
        ...openPerson(name, user, workspaces.of({ team }), log),
        rates: ratesOf(team ?? '', id),
      };
    },
    groups: settings.userGroups.map(({ schedule, group }) =>
      userGroup(schedule, group, { ...deps, workspaces }),
    ),
    async listen(inbox) {
      heard = inbox;
      listening = await startListening({
        inbox,
        ...reached,
        pictures: openPictures(log),
        ...wire,
        log,
        logger: slackLogger(log),
        signingSecret: settings.signingSecret,
        appToken: settings.appToken,
        channelName: book.nameOf,
        channelsOf: book.namesIn,
        changed,
      });
    },
    async close() {
      await listening?.close();
      await wire.close();
    },
  };
}

function reach(
  { botToken, oauth }: SlackSettings,
  wire: Wire,
  deps: AdapterDeps,
  book: Pick<OAuthDeps, 'changed' | 'knows'>,
): { readonly workspaces: Workspaces; readonly many?: ManyWorkspaces } {
  const { log, now, publicUrl, memory, vault } = deps;
  const logger = slackLogger(log);
  if (oauth === undefined)
    return {
      workspaces: oneWorkspace(
        openTransport({ wire, logger, grant: async () => ({ token: botToken ?? '' }) }),
      ),
    };
  if (memory === undefined || vault === undefined)
    throw new Fault('settings.invalid', 'slack.oauth: there is no record here to keep installations in.');
  const installs = openInstalls(memory, vault);
  const workspaces = manyWorkspaces({ settings: oauth, installs, wire, logger, publicUrl, now, ...book });
  return { workspaces, many: workspaces };
}
