import { HTTPReceiver, type Installation, type InstallationQuery, type Logger } from '@slack/bolt';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Fault } from '../../src/lib/fault.js';
import type { Instant } from '../../src/model/time.js';
import { answersFor, speaksTo, type Installs } from './installs.js';
import { installedPage, invitation, refusedPage } from './install-pages.js';
import { INSTALL_PATH, REDIRECT_PATH } from './paths.js';
import { SCOPES } from './scopes.js';
import { openTransport, type Grant, type Transport, type Wire } from './transport.js';
import type { Where, Workspaces } from './workspaces.js';

export interface OAuthSettings {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly stateSecret: string;
  /** Ids of those that may install it; all, when it is empty. */
  readonly workspaces: readonly string[];
}

export interface OAuthDeps {
  readonly settings: OAuthSettings;
  readonly installs: Installs;
  readonly wire: Wire;
  readonly logger: Logger;
  readonly publicUrl: string;
  readonly now: () => Instant;
  /** The settings name a channel or a person of this workspace. */
  readonly knows: (team: string) => boolean;
  /** This workspace or organisation has installed it. */
  readonly changed: (id: string) => Promise<void>;
}

export interface ManyWorkspaces extends Workspaces {
  /** Serves `INSTALL_PATH` and `REDIRECT_PATH`. */
  readonly pages: (req: IncomingMessage, res: ServerResponse) => void;
}

/** Whoever reaches the page can install it: that alone answers nobody's questions about somebody's tenants. */
const STRANGERS =
  'Nothing is answered in this workspace: the settings of this Tocsin name none of its channels (channels[].team).';

/** Every workspace that has installed the app, each with its own token, which is renewed before it runs out. */
export function manyWorkspaces(deps: OAuthDeps): ManyWorkspaces {
  const { installs, wire, logger, publicUrl, knows } = deps;
  const receiver = installer(deps);
  const url = `${publicUrl}${INSTALL_PATH}`;
  const opened = new Map<string, Transport>();
  const renewing = new Map<string, Promise<Grant>>();

  /** One renewal at a time: Slack takes each refresh token once. */
  const grantOf = async (where: Where): Promise<Grant> => {
    const { id, org } = speaksTo(where, await installs.all(), url);
    const key = `${id}/${where.team ?? ''}`;
    const running = renewing.get(key) ?? authorized(receiver, id, org, where.team);
    renewing.set(key, running);
    return running.finally(() => renewing.delete(key));
  };
  return {
    pages: (req, res) => {
      receiver.requestListener(req, res);
    },
    of({ team, enterprise }) {
      const key = `${team ?? ''}/${enterprise ?? ''}`;
      const transport =
        opened.get(key) ??
        openTransport({
          wire,
          logger,
          team,
          grant: () => grantOf({ team, enterprise }),
          idsOf: async (user) => idsOf(user, team, await installs.all()),
        });
      opened.set(key, transport);
      return transport;
    },
    async trouble(where) {
      try {
        speaksTo(where, await installs.all(), url);
        return undefined;
      } catch (error) {
        if (error instanceof Fault) return error;
        throw error;
      }
    },
    gone: (id, at) => installs.remove(id, at),
    async refusal(where) {
      if (answersFor(where, await installs.all()) !== undefined)
        return knows(where.team ?? '') ? undefined : STRANGERS;
      return `Tocsin is not installed in this workspace, or was removed from it. Whoever may install apps here can do it at ${url}`;
    },
  };
}

/** Bolt's own installer: the pages, the state and its cookie, and the renewal of tokens. */
function installer({ settings, installs, wire, logger, publicUrl, now, changed }: OAuthDeps): HTTPReceiver {
  const allowed = ({ team, enterprise }: Installation): boolean =>
    settings.workspaces.length === 0 ||
    settings.workspaces.some((id) => id === team?.id || id === enterprise?.id);
  return new HTTPReceiver({
    // It hears nothing but the pages; Bolt asks for one.
    signingSecret: settings.stateSecret,
    logger,
    clientId: settings.clientId,
    clientSecret: settings.clientSecret,
    stateSecret: settings.stateSecret,
    scopes: [...SCOPES],
    redirectUri: `${publicUrl}${REDIRECT_PATH}`,
    installationStore: {
      async storeInstallation(installation) {
        await installs.put(installation, now());
        await changed(
          (installation.isEnterpriseInstall === true ? installation.enterprise : installation.team)?.id ?? '',
        );
      },
      fetchInstallation: async (query) => fetched(installs, query),
    },
    installerOptions: {
      installPath: INSTALL_PATH,
      redirectUriPath: REDIRECT_PATH,
      renderHtmlForInstallPath: invitation,
      authorizationUrl: new URL('/oauth/v2/authorize', wire.apiUrl).href,
      clientOptions: { slackApiUrl: wire.apiUrl, fetch: wire.fetch, retryConfig: { retries: 0 } },
      callbackOptions: {
        afterInstallation: async (installation, _options, _req, res) => {
          if (allowed(installation)) return true;
          refusedPage(
            res,
            403,
            'This workspace is not among those that the settings of this Tocsin name.',
            publicUrl,
          );
          return false;
        },
        success: (installation, _options, _req, res) => installedPage(res, installation),
        failure: (error, _options, _req, res) => refusedPage(res, 400, error.code, publicUrl),
      },
    },
  });
}

async function fetched(
  installs: Installs,
  { isEnterpriseInstall, enterpriseId, teamId }: InstallationQuery<boolean>,
): Promise<Installation> {
  const id = (isEnterpriseInstall ? enterpriseId : teamId) ?? '';
  const found = await installs.get(id);
  if (found === undefined) throw new Error('it is not installed there any more');
  return found;
}

async function authorized(
  { installer: provider }: HTTPReceiver,
  id: string,
  org: boolean,
  team: string | undefined,
): Promise<Grant> {
  const query = { isEnterpriseInstall: org, teamId: org ? team : id, enterpriseId: org ? id : undefined };
  const result = await provider?.authorize(query).catch((cause: unknown) => {
    throw new Fault('channel.failed', `The token of the Slack workspace ${id} could not be read.`, { cause });
  });
  if (result?.botToken === undefined)
    throw new Fault('channel.unauthorized', `The Slack workspace ${id} gave no bot token.`);
  return { token: result.botToken, ...(org && team !== undefined ? { teamId: team } : {}) };
}

/** A bare id is one of the only workspace there is; with several, whose it is is part of it. */
function idsOf(
  user: string,
  team: string | undefined,
  known: Awaited<ReturnType<Installs['all']>>,
): { id: string; aliases?: readonly string[] } {
  if (team === undefined) return { id: user };
  const only = known.filter(({ removedAt }) => removedAt === null).length === 1;
  return { id: `${team}/${user}`, ...(only ? { aliases: [user] } : {}) };
}
