import type { Installation } from '@slack/bolt';
import { z } from 'zod';
import { Fault } from '../../src/lib/fault.js';
import type { Instant } from '../../src/model/time.js';
import type { AdapterMemory, AdapterVault } from '../../src/notify/adapter.js';
import type { Where } from './workspaces.js';

const INDEX = 'slack/installs';

const knownShape = z.object({
  /** Of the workspace (`T0123`), or of the organisation (`E0123`) that it was installed for as a whole. */
  id: z.string(),
  name: z.string(),
  org: z.boolean(),
  /** When it was installed, or its token renewed, last. */
  at: z.number(),
  /** Null while it is there. */
  removedAt: z.number().nullable(),
});

/** A workspace or organisation that has, or had, the app. */
export type Known = z.output<typeof knownShape>;

/** Where the app is installed. The list is in the record, the tokens are in the vault. */
export interface Installs {
  /** In place of what the same workspace had before. */
  put(installation: Installation, now: Instant): Promise<void>;
  get(id: string): Promise<Installation | undefined>;
  /** It was taken away by what happened at `at`; what was installed after that stays. */
  remove(id: string, at: Instant): Promise<void>;
  /** Those that have it, and those that had it. */
  all(): Promise<readonly Known[]>;
}

export function openInstalls(memory: AdapterMemory, vault: AdapterVault): Installs {
  const all = async (): Promise<readonly Known[]> =>
    z
      .array(knownShape)
      .catch([])
      .parse(await memory.get(INDEX));
  const note = async (known: Known): Promise<void> => {
    const others = (await all()).filter(({ id }) => id !== known.id);
    await memory.put(INDEX, [...others, known]);
  };
  return {
    all,
    async put(installation, now) {
      const known = knownOf(installation, now);
      await vault.put(secretOf(known.id), JSON.stringify(installation));
      await note(known);
    },
    async get(id) {
      const secret = await vault.get(secretOf(id));
      return secret === undefined || secret === '' ? undefined : (JSON.parse(secret) as Installation);
    },
    async remove(id, at) {
      const known = (await all()).find((one) => one.id === id);
      if (known === undefined || known.removedAt !== null || known.at > at) return;
      await note({ ...known, removedAt: at });
      await vault.put(secretOf(id), '');
    },
  };
}

/** The one that answers where a message came from: an organisation's speaks for each of its workspaces. */
export function answersFor({ team, enterprise }: Where, known: readonly Known[]): Known | undefined {
  const there = known.filter(({ removedAt }) => removedAt === null);
  return (
    there.find(({ id }) => id === team) ??
    there.find(({ id, org }) => org && enterprise !== undefined && id === enterprise)
  );
}

/**
 * The one to speak to a workspace through: a message of ours has no organisation in it, so that the only one there is may
 * speak for any workspace; where none is named, the only one is meant. Throws a Fault that says what to do.
 */
export function speaksTo(where: Where, known: readonly Known[], url: string): Known {
  const there = known.filter(({ removedAt }) => removedAt === null);
  const orgs = there.filter(({ org }) => org);
  const [first, second] = where.team === undefined ? there : orgs;
  const found = answersFor(where, known) ?? (second === undefined ? first : undefined);
  if (found !== undefined) return found;
  if (where.team === undefined && second !== undefined)
    throw new Fault('channel.refused', 'Tocsin is installed in several Slack workspaces.', {
      advice: `Say which with team: ${there.map(({ id, name }) => `${id} (${name})`).join(', ')}.`,
    });
  const gone = known.find(({ id, removedAt }) => removedAt !== null && (where.team ?? id) === id);
  const what =
    gone === undefined
      ? `Tocsin is not installed in ${where.team === undefined ? 'any Slack workspace' : `the Slack workspace ${where.team}`}.`
      : `Tocsin was removed from the Slack workspace ${gone.name} (${gone.id}).`;
  throw new Fault('channel.unauthorized', what, { advice: `Install it at ${url}.` });
}

function knownOf({ team, enterprise, isEnterpriseInstall }: Installation, at: Instant): Known {
  const org = isEnterpriseInstall === true;
  const { id, name } = (org ? enterprise : team) ?? {};
  if (id === undefined) throw new Error('Slack did not say which workspace it was installed in');
  return { id, name: name ?? id, org, at, removedAt: null };
}

function secretOf(id: string): string {
  return `slack/${id}`;
}
