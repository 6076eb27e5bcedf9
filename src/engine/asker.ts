import type { Asker } from '../commands/command.js';
import type { Person, Role } from '../model/person.js';
import type { Speaker } from '../notify/adapter.js';

/**
 * Who speaks, and with which role. Whoever holds the console's token or can run the command line is an admin: they hold the
 * machine's keys. Everybody else has the role that they are listed with; while nobody is listed everybody may respond, and
 * as soon as somebody is, the others only read.
 */
export async function askerOf(speaker: Speaker, people: readonly Person[]): Promise<Asker> {
  const person = await personOf(speaker, people);
  return {
    actor: { name: person?.name ?? speaker.name, via: speaker.platform },
    role: holdsKeys(speaker) ? 'admin' : roleOf(person, people),
    ...(person === undefined ? {} : { person }),
    platformId: holdsKeys(speaker)
      ? speaker.platform
      : [`${speaker.platform} ${speaker.id}`, ...(speaker.aliases ?? [])].join(' or '),
  };
}

function holdsKeys({ platform, id }: Speaker): boolean {
  return (platform === 'console' || platform === 'cli') && id === platform;
}

function roleOf(person: Person | undefined, people: readonly Person[]): Role {
  return person?.role ?? (people.length === 0 ? 'responder' : 'viewer');
}

/** By an id of the platform, or else by an address that it vouches for. A name is nobody's alone. */
async function personOf(speaker: Speaker, people: readonly Person[]): Promise<Person | undefined> {
  const ids = new Set([speaker.id, ...(speaker.aliases ?? [])].map(lower));
  const byId = people.find((person) => idsOf(person, speaker).some((id) => ids.has(lower(id))));
  if (byId !== undefined || speaker.emails === undefined) return byId;
  if (people.every(({ email }) => email === undefined)) return undefined;
  const addresses = new Set((await speaker.emails()).map(lower));
  return people.find(({ email }) => email !== undefined && addresses.has(lower(email)));
}

/** The console knows people by Entra, as Teams does. */
function idsOf({ slack, teams }: Person, { platform }: Speaker): readonly string[] {
  const id =
    platform === 'slack' ? slack : platform === 'teams' || platform === 'console' ? teams : undefined;
  return id === undefined ? [] : [id];
}

function lower(text: string): string {
  return text.toLowerCase();
}
