import {
  CloudAdapter,
  ConfigurationBotFrameworkAuthentication,
  ConfigurationServiceClientCredentialFactory,
  TeamsInfo,
  type Activity,
  type TurnContext,
} from 'botbuilder';
import { Fault, isFault } from '../../src/lib/fault.js';
import type { Log } from '../../src/lib/log.js';
import { within } from '../../src/lib/within.js';
import type { Outbound, Place, TeamsRef } from './activity.js';
import { aloud, quietly } from './quiet.js';
import { botCloudOf, type TeamsSettings } from './settings.js';
import { openBotToken, type BotToken } from './token.js';
import { openWire, TIMEOUT_MS, type Wire } from './wire.js';

/** What the platform is answered. */
export interface InboundAnswer {
  readonly status: number;
  readonly body?: object;
}

/**
 * The Bot Framework's two directions, in plain Activity JSON. The only file that knows its SDK: another one can take its
 * place here. Every outbound call throws the faults of the channel port.
 */
export interface Transport {
  /**
   * Verifies the token and hands the activity on. Throws `channel.unauthorized` for whatever is wrong with the token and
   * `channel.unreachable` when the keys to check it with cannot be had.
   */
  receive(
    authorization: string,
    activity: object,
    handle: () => Promise<InboundAnswer>,
  ): Promise<InboundAnswer>;
  /** A new root message in a team's channel. */
  createPost(place: Place, activity: Outbound): Promise<TeamsRef>;
  /** The chat of the bot with one person, made when there is none: the app must be installed for them or in a team of theirs. */
  createChat(person: string, place: Omit<Place, 'conversation'>): Promise<Place>;
  /** Into a chat, or into a thread when the conversation names one. */
  send(place: Place, activity: Outbound): Promise<TeamsRef>;
  update(ref: TeamsRef, activity: Outbound): Promise<TeamsRef>;
  /** Somebody's name in the conversation: proves that the bot is in it. */
  roster(place: Place): Promise<readonly string[]>;
  /**
   * The addresses that prove who a member of a conversation is: the user principal name, whose domain its tenant had to
   * prove, and with `ownTenant` the mail address, which each tenant writes as it likes. None for a guest.
   */
  addresses(place: Place, id: string, ownTenant: boolean): Promise<readonly string[]>;
  close(): Promise<void>;
}

type AuthArguments = ConstructorParameters<typeof ConfigurationBotFrameworkAuthentication>;

export function openTransport(settings: TeamsSettings, log: Log): Transport {
  const cloud = botCloudOf(settings);
  const appId = settings.appId ?? '';
  const wire = openWire(settings.ca);
  const token = openBotToken(settings, cloud, log);
  const door = new Door(
    new ConfigurationBotFrameworkAuthentication(
      {
        MicrosoftAppId: appId,
        ToChannelFromBotLoginUrl: `${cloud.login}/${settings.tenantId ?? 'botframework.com'}`,
        ToChannelFromBotOAuthScope: cloud.scope,
        ToBotFromChannelTokenIssuer: cloud.issuer,
        OAuthUrl: cloud.oauth,
        ToBotFromChannelOpenIdMetadataUrl: cloud.openIdMetadata,
        ToBotFromEmulatorOpenIdMetadataUrl: cloud.emulatorOpenIdMetadata,
      },
      asFactory(new BotCredentials(appId, token)),
      undefined,
      undefined,
      { httpClient: httpClient(wire, token) },
    ),
  );
  // With an onTurnError that returns, the SDK resolves a send that failed.
  door.onTurnError = async (_context, error) => {
    throw error;
  };

  /** A conversation anew: resolves with its id. */
  async function create({ serviceUrl }: Pick<Place, 'serviceUrl'>, parameters: object): Promise<string> {
    let conversation = '';
    await door.createConversationAsync(
      appId,
      'msteams',
      serviceUrl,
      cloud.scope,
      // The type asks for members and a topic, which a channel post has not.
      parameters as Parameters<CloudAdapter['createConversationAsync']>[4],
      async (context) => void (conversation = context.activity.conversation.id),
    );
    return conversation;
  }

  return {
    receive: (authorization, activity, handle) =>
      quietly(log, () => receive(door, authorization, activity, handle)),
    async createPost(place, activity) {
      const parameters = {
        isGroup: true,
        channelData: { channel: { id: place.conversation } },
        ...(place.tenantId === undefined ? {} : { tenantId: place.tenantId }),
        activity: activity as unknown as Activity,
      };
      const conversation = await create(place, parameters);
      return { conversation, activityId: messageIdOf(conversation), serviceUrl: place.serviceUrl };
    },
    async createChat(person, place) {
      const parameters = {
        isGroup: false,
        members: [{ id: person }],
        ...(place.tenantId === undefined
          ? {}
          : { tenantId: place.tenantId, channelData: { tenant: { id: place.tenantId } } }),
      };
      const conversation = await create(place, parameters);
      return { ...place, conversation };
    },
    async send(place, activity) {
      let activityId = '';
      await turn(door, appId, place, async (context) => {
        // A proactive turn has an invented activity id, which the SDK would reply to.
        context.onSendActivities(async (_context, activities, next) => {
          for (const sent of activities) delete sent.replyToId;
          return next();
        });
        const answer = await context.sendActivity(toSdk(activity));
        activityId = answer?.id ?? '';
      });
      return { conversation: place.conversation, activityId, serviceUrl: place.serviceUrl };
    },
    async update(ref, activity) {
      await turn(door, appId, ref, async (context) => {
        await context.updateActivity({ ...toSdk(activity), id: ref.activityId });
      });
      return ref;
    },
    async roster(place) {
      let names: readonly string[] = [];
      await turn(door, appId, place, async (context) => {
        const page = await TeamsInfo.getPagedMembers(context, 5);
        names = page.members.map((member) => member.name);
      });
      return names;
    },
    async addresses(place, id, ownTenant) {
      let addresses: readonly string[] = [];
      await turn(door, appId, place, async (context) => {
        const { userRole, userPrincipalName, email } = await TeamsInfo.getMember(context, id);
        const guest = userRole === 'guest' || /#EXT#/i.test(userPrincipalName ?? '');
        addresses = guest
          ? []
          : [userPrincipalName, ownTenant ? email : undefined].filter((address) => address !== undefined);
      });
      return addresses;
    },
    async close() {
      await Promise.all([wire.close(), token.close()]);
    },
  };
}

/** Only to reach the step behind `process`, which prints what it is sent and answers 500 for a bad signature. */
class Door extends CloudAdapter {
  async admit(authorization: string, activity: object, logic: () => Promise<void>): Promise<void> {
    await this.processActivity(authorization, activity as Activity, logic);
  }
}

async function receive(
  door: Door,
  authorization: string,
  activity: object,
  handle: () => Promise<InboundAnswer>,
): Promise<InboundAnswer> {
  let answer: InboundAnswer | undefined;
  const verified = { yet: false };
  try {
    await withinLimit(
      door.admit(authorization, activity, async () => {
        verified.yet = true;
        answer = await aloud(handle);
      }),
      () => verified.yet,
    );
  } catch (error) {
    if (verified.yet || isFault(error)) throw error;
    throw lacksKeys(error)
      ? new Fault('channel.unreachable', 'The keys that sign Teams’ messages cannot be fetched.', {
          cause: error,
        })
      : new Fault('channel.unauthorized', 'The token of the request is not valid.', { cause: error });
  }
  return answer ?? { status: 200 };
}

/** The SDK fetches signing keys without any limit of time. Once the token is verified the time is the handler's own. */
async function withinLimit(work: Promise<void>, verified: () => boolean): Promise<void> {
  await within(work, TIMEOUT_MS, () => {
    if (verified()) return work;
    throw new Fault('channel.unreachable', 'The keys that sign Teams’ messages did not come in time.');
  });
}

/** Not the sender's fault: our own fetch of the metadata or the keys failed. */
function lacksKeys(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return error.name === 'FetchError' || /^Failed to load (Keys|openID config)/.test(error.message);
}

async function turn(
  door: Door,
  appId: string,
  place: Place,
  logic: (context: TurnContext) => Promise<void>,
): Promise<void> {
  const reference = {
    channelId: 'msteams',
    serviceUrl: place.serviceUrl,
    conversation: { id: place.conversation, isGroup: place.conversation.startsWith('19:') },
    bot: { id: appId === '' ? 'tocsin' : `28:${appId}` },
    ...(place.tenantId === undefined ? {} : { tenantId: place.tenantId }),
  };
  await door.continueConversationAsync(
    appId,
    reference as unknown as Parameters<CloudAdapter['continueConversationAsync']>[1],
    logic,
  );
}

function toSdk(activity: Outbound): Partial<Activity> {
  return structuredClone(activity);
}

/** `19:…@thread.tacv2;messageid=1763712600000` → `1763712600000`: the root message's activity id. */
function messageIdOf(conversation: string): string {
  return /;messageid=([^;]+)/.exec(conversation)?.[1] ?? '';
}

/** The SDK's check of the app id, with our token: from the one place that knows faults and limits of time. */
class BotCredentials extends ConfigurationServiceClientCredentialFactory {
  readonly #signed: Credentials;

  constructor(appId: string, token: BotToken) {
    super({ MicrosoftAppId: appId, MicrosoftAppPassword: '' });
    this.#signed = {
      async signRequest(request) {
        if (appId !== '') request.headers.set('authorization', `Bearer ${await token.get()}`);
        return request;
      },
    };
  }

  override async createCredentials(): Promise<Credentials> {
    return this.#signed;
  }
}

/** The SDK's own factories implement the class that it asks for without extending it, as ours does. */
function asFactory(factory: unknown): NonNullable<AuthArguments[1]> {
  return factory as NonNullable<AuthArguments[1]>;
}

type Credentials = Awaited<ReturnType<ConfigurationServiceClientCredentialFactory['createCredentials']>>;

/**
 * In place of the SDK's own client, which retries four times and knows no limit of time. A Fault thrown here is none of the
 * errors that its retry policy looks at, so it comes out as it is.
 */
function httpClient(wire: Wire, token: BotToken): NonNullable<NonNullable<AuthArguments[4]>['httpClient']> {
  return {
    async sendRequest(request) {
      const rawHeaders = request.headers.rawHeaders();
      const body: unknown = request.body;
      try {
        const answer = await wire.send({
          method: request.method,
          url: request.url,
          headers: withoutHopHeaders(rawHeaders),
          body: typeof body === 'string' ? body : undefined,
        });
        // Nobody reads an answer's headers past this point: the SDK takes a body without a type for JSON.
        const headers = request.headers.clone();
        for (const name of Object.keys(rawHeaders)) headers.remove(name);
        return { status: answer.status, headers, bodyAsText: answer.text, request };
      } catch (error) {
        if (isFault(error, 'channel.unauthorized')) token.forget();
        throw error;
      }
    },
  };
}

/** undici counts the body itself, and does not unpack answers. */
function withoutHopHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
  const dropped = new Set(['content-length', 'accept-encoding', 'connection', 'host']);
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !dropped.has(name.toLowerCase())));
}
