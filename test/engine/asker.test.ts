import { describe, expect, it } from '@jest/globals';
import { askerOf } from '../../src/engine/asker.js';
import type { Person } from '../../src/model/person.js';
import type { Speaker } from '../../src/notify/adapter.js';
import { aPerson } from '../support/on-call.js';

const OBJECT_ID = '0aaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee';

const people = [
  aPerson('alice', { role: 'admin', slack: 'U0123', teams: '29:alice', email: 'alice@contoso.com' }),
  aPerson('bob', { teams: OBJECT_ID, email: 'bob@contoso.com' }),
  aPerson('carol', { role: 'viewer', email: 'Carol@Contoso.com' }),
];

const speaks = (over: Partial<Speaker>): Speaker => ({
  platform: 'slack',
  id: 'U9',
  name: 'somebody',
  ...over,
});
const vouches = (...addresses: string[]) => ({ emails: async () => addresses });

async function who(speaker: Partial<Speaker>, among: readonly Person[] = people): Promise<string> {
  const { actor, role, person: known } = await askerOf(speaks(speaker), among);
  return `${actor.name} ${role}${known === undefined ? ' (not listed)' : ''}`;
}

describe('who asks', () => {
  it.each<[string, Partial<Speaker>, string]>([
    ['in Slack, by the id', { id: 'U0123' }, 'alice admin'],
    ['in Teams, by the id', { platform: 'teams', id: '29:alice' }, 'alice admin'],
    [
      'in Teams, by the object id of Entra',
      { platform: 'teams', id: '29:bob', aliases: [OBJECT_ID.toUpperCase()] },
      'bob responder',
    ],
    ['in the console, by the object id of Entra', { platform: 'console', id: OBJECT_ID }, 'bob responder'],
    ['in Slack, by the address', vouches('carol@contoso.com'), 'carol viewer'],
    [
      'in Teams, by the address',
      { platform: 'teams', ...vouches('x@y.z', 'BOB@contoso.com') },
      'bob responder',
    ],
    ['an id comes before an address', { id: 'U0123', ...vouches('bob@contoso.com') }, 'alice admin'],
    ['nobody is who they say they are', { name: 'alice' }, 'alice viewer (not listed)'],
    ['an id of another platform', { platform: 'teams', id: 'U0123' }, 'somebody viewer (not listed)'],
    ['an address that is not listed', vouches('dave@contoso.com'), 'somebody viewer (not listed)'],
    [
      'the console with its token',
      { platform: 'console', id: 'console', name: 'alice' },
      'alice admin (not listed)',
    ],
    ['the command line', { platform: 'cli', id: 'cli', name: 'cli' }, 'cli admin (not listed)'],
  ])('%s', async (_what, speaker, expected) => {
    expect(await who(speaker)).toBe(expected);
  });

  it('while nobody is listed everybody in chat may respond, and nobody is asked for an address', async () => {
    const asked: string[] = [];
    const emails = async (): Promise<readonly string[]> => {
      asked.push('asked');
      return [];
    };
    expect(await who({ emails }, [])).toBe('somebody responder (not listed)');
    expect(await who({ emails }, [aPerson('alice', { slack: 'U1' })])).toBe('somebody viewer (not listed)');
    expect(asked).toEqual([]);
  });

  it('is told by what the settings may say', async () => {
    const { platformId } = await askerOf(
      speaks({ platform: 'teams', id: '29:x', aliases: [OBJECT_ID] }),
      people,
    );
    expect(platformId).toBe(`teams 29:x or ${OBJECT_ID}`);
  });
});
