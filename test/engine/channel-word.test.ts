import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { hearOfChannel } from '../../src/engine/channel-word.js';
import { Fault } from '../../src/lib/fault.js';
import { MINUTE } from '../../src/model/time.js';
import { aRoute, aWorld, type World } from '../support/world.js';

let world: World;

beforeAll(async () => {
  world = await aWorld();
  world.set.root = aRoute({ channel: 'hook' });
});
afterAll(() => world.close());

const gone = new Fault('channel.unauthorized', 'Tocsin was removed from the Slack workspace Contoso.');

it('a channel that its platform takes away is said elsewhere at once, once, and so is its return', async () => {
  expect(await hearOfChannel('noc', undefined, world.announceDeps)).toBeUndefined();
  expect(await hearOfChannel('noc', gone, world.announceDeps)).toMatchObject({
    state: 'broken',
    reason: gone.message,
  });
  expect(await hearOfChannel('noc', gone, world.announceDeps)).toBeUndefined();
  const [incident] = await world.store.incidents({ subject: 'channel:noc' });
  expect(incident?.title).toContain('noc');
  world.wait(MINUTE);
  await world.announce();
  expect(world.hook.messages.map(({ card }) => card.fallback).join()).toContain('noc');

  expect(await hearOfChannel('noc', undefined, world.announceDeps)).toMatchObject({ state: 'ok' });
  expect(await world.store.incident(incident?.id ?? 0)).toMatchObject({ state: 'resolved' });
  expect(await hearOfChannel('noc', undefined, world.announceDeps)).toBeUndefined();
});
