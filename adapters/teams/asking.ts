import { faultLine } from '../../src/lib/fault.js';
import type { Log } from '../../src/lib/log.js';
import { incidentOfTopic } from '../../src/model/incident.js';
import type { Ask, Inbox, Reply, Speaker } from '../../src/notify/adapter.js';
import { baseConversation, tenantOf, type Inbound, type Place, type TeamsRef } from './activity.js';
import type { Transport } from './transport.js';

export interface AskingParts {
  readonly transport: Transport;
  readonly log: Log;
  /** The configured channels by their conversations. */
  readonly channels: ReadonlyMap<string, string>;
  /** Undefined: anybody's. */
  readonly tenants: ReadonlySet<string> | undefined;
}

/** Who asks and where, without what. */
export type Asking = (activity: Inbound) => Omit<Ask, 'text' | 'button'>;

export function openAsking(parts: AskingParts): Asking {
  const { transport, log } = parts;
  return asking;

  function asking(activity: Inbound): Omit<Ask, 'text' | 'button'> {
    return {
      speaker: speakerOf(activity),
      ...(activity.id === undefined ? {} : { eventId: `teams:${activity.id}` }),
      ...channelKey(activity),
    };
  }

  function channelKey(activity: Inbound): { readonly channel?: string; readonly conversation?: string } {
    const id = activity.conversation?.id;
    if (id === undefined) return {};
    const conversation = baseConversation(id);
    const channel = parts.channels.get(conversation);
    return { conversation, ...(channel === undefined ? {} : { channel }) };
  }

  function speakerOf(activity: Inbound): Speaker {
    const { id = '', name = 'somebody', aadObjectId } = activity.from ?? {};
    const place = placeOf(activity);
    return {
      platform: 'teams',
      id,
      name,
      ...(aadObjectId === undefined ? {} : { aliases: [aadObjectId] }),
      emails: async () => {
        if (place === undefined) return [];
        try {
          return await transport.addresses(place, id, parts.tenants !== undefined);
        } catch (error) {
          log.info({ reason: faultLine(error) }, 'Teams did not say what the address of somebody is');
          return [];
        }
      },
    };
  }
}

export function placeOf(activity: Inbound): Place | undefined {
  const { serviceUrl, conversation } = activity;
  if (serviceUrl === undefined || conversation === undefined || conversation.id === '') return undefined;
  const tenantId = tenantOf(activity);
  return {
    conversation: conversation.id,
    serviceUrl: serviceUrl.replace(/\/+$/, ''),
    ...(tenantId === undefined ? {} : { tenantId }),
  };
}

/** The message whose button was pressed. */
export function pressedCard(activity: Inbound, place: Place): TeamsRef | undefined {
  const { replyToId } = activity;
  if (replyToId === undefined || replyToId === '') return undefined;
  return { conversation: place.conversation, activityId: replyToId, serviceUrl: place.serviceUrl };
}

/**
 * The card of an incident as it is now, for whoever asks; undefined for a topic that is no incident. It may be asked for as often
 * as anybody sees the card.
 */
export async function askForIncident(
  topic: string,
  { eventId: _asOftenAsSeen, ...ask }: ReturnType<Asking>,
  inbox: Pick<Inbox, 'ask'>,
): Promise<Reply | undefined> {
  const id = incidentOfTopic(topic);
  return id === undefined ? undefined : inbox.ask({ ...ask, text: `incident ${id}`, button: true });
}
