import type { Fact } from '../../model/source.js';
import { DAY, type Duration } from '../../model/time.js';
import type { CommandContext, Look } from '../command.js';

/** Where a trunk without a call in the window that was asked for is looked for. */
const FURTHER = 2 * DAY;

export type FoundTrunk =
  | { readonly trunk: string; readonly tenants: readonly string[] }
  | { readonly several: readonly string[]; readonly looks: readonly Look[] };

/** A trunk by its name, its first label, or any part of it that no other has. With the names there are when it is not clear which. */
export async function findTrunk(
  words: string,
  windowMs: Duration,
  { desk, tenant }: CommandContext,
): Promise<FoundTrunk> {
  const asked = words
    .toLowerCase()
    .replace(/^trunk:/, '')
    .replace(/\.$/, '');
  let looks = await desk.look({ about: 'trunks', windowMs }, tenant);
  let found = matching(asked, namesOf(looks));
  if (found.length === 0 && windowMs < FURTHER) {
    looks = await desk.look({ about: 'trunks', windowMs: FURTHER }, tenant);
    found = matching(asked, namesOf(looks));
  }
  const [one] = found;
  if (one === undefined || found.length > 1) return { several: found, looks };
  const tenants = looks.filter((look) => namesOf([look]).includes(one)).map((look) => look.tenant);
  return { trunk: one, tenants };
}

function matching(asked: string, names: readonly string[]): readonly string[] {
  const ways: readonly ((name: string) => boolean)[] = [
    (name) => name === asked,
    (name) => name.split('.')[0] === asked,
    (name) => name.includes(asked),
  ];
  for (const way of ways) {
    const found = names.filter(way);
    if (found.length > 0) return found;
  }
  return [];
}

export function namesOf(looks: readonly { readonly facts: readonly Fact[] }[]): readonly string[] {
  const names = looks.flatMap(({ facts }) =>
    facts
      .map(({ subject }) => subject)
      .filter((subject) => subject.startsWith('trunk:'))
      .map((subject) => subject.slice('trunk:'.length)),
  );
  return [...new Set(names)].sort((a, b) => a.localeCompare(b));
}
