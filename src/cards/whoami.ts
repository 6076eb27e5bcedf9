import type { Card } from '../model/card.js';
import type { Actor } from '../model/incident.js';
import type { Person, Role } from '../model/person.js';
import type { Instant } from '../model/time.js';
import { bold, fact, factIf, factsSection, paragraph, say } from './parts.js';

export interface WhoamiView {
  readonly actor: Actor;
  readonly role: Role;
  readonly person?: Person | undefined;
  readonly platformId: string;
  readonly now: Instant;
}

const MAY: Readonly<Record<Role, string>> = {
  viewer: 'may ask everything and change nothing',
  responder: 'may also acknowledge, resolve, note and silence',
  admin: 'may do everything',
};

/** Who you are to Tocsin, and what to write under `people` when it does not know you. */
export function whoamiCard({ actor, role, person, platformId, now }: WhoamiView): Card {
  // Whoever holds the console's token or the command line is nobody that people could list.
  const listed = person !== undefined || platformId === actor.via;
  return {
    topic: 'whoami',
    tone: 'neutral',
    title: `You are ${actor.name}, ${role}`,
    fallback: `You are ${actor.name} (${platformId}), ${role}`,
    sections: [
      ...factsSection([
        fact('Role', bold(role), say(`, ${MAY[role]}`)),
        fact('Known as', { text: platformId, code: true }),
        ...factIf('E-mail', person?.email),
        ...factIf('Time zone', person?.timeZone),
      ]),
      ...(listed
        ? []
        : [
            paragraph(
              say('You are not listed under people in the settings: an admin can add you by the id above.'),
            ),
          ]),
    ],
    actions: [],
    at: now,
  };
}
