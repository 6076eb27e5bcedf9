import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { giveFile } from '../../../adapters/slack/answer.js';
import { slackLogger } from '../../../adapters/slack/log.js';
import { openPictures } from '../../../adapters/slack/pictures.js';
import { renderCard, withoutImages } from '../../../adapters/slack/render.js';
import { openTransport, openWire, type Transport, type Wire } from '../../../adapters/slack/transport.js';
import { silentLog } from '../../../src/lib/log.js';
import { chartCard } from '../../support/chart.js';
import { CHANNEL, DEAF_TOKEN, FILE_TOKEN, startEmulator, type Emulator } from './emulator.js';

let emulator: Emulator;
let wire: Wire;

beforeAll(async () => {
  emulator = await startEmulator();
  wire = openWire(emulator.apiUrl);
});

afterAll(async () => {
  await wire.close();
  await emulator.close();
});

function speaking(token: string): Transport {
  return openTransport({ wire, logger: slackLogger(silentLog), grant: async () => ({ token }) });
}

it('the chart of an answer is a file in Slack where Slack could not fetch it, given once', async () => {
  const pictures = openPictures(silentLog);
  const transport = speaking(FILE_TOKEN);
  const card = await pictures.illustrate(
    chartCard({ image: 'http://127.0.0.1:3978/charts/a.b.png' }),
    transport,
  );
  const message = renderCard(card);
  const [image] = message.attachments.flatMap(({ blocks }) => blocks);
  expect(image).toMatchObject({ type: 'image', slack_file: { id: expect.stringMatching(/^F/) as unknown } });
  expect(JSON.stringify(withoutImages(message))).not.toContain('slack_file');

  const again = await pictures.illustrate(
    chartCard({ image: 'http://127.0.0.1:3978/charts/a.b.png' }),
    transport,
  );
  expect(again.sections).toEqual(card.sections);
});

it('stays as it is where Slack can fetch it, and is told in words where Slack takes no file', async () => {
  const pictures = openPictures(silentLog);
  const fetched = chartCard({ image: 'https://tocsin.example/charts/a.b.png' });
  expect(await pictures.illustrate(fetched, speaking(FILE_TOKEN))).toEqual(fetched);
  const plain = chartCard();
  expect(await pictures.illustrate(plain, speaking(DEAF_TOKEN))).toEqual(plain);
});

it('a file of an answer is given to where it was asked for, and nothing breaks where Slack takes none', async () => {
  const file = { name: 'INC-1042-postmortem.md', mediaType: 'text/markdown', text: '# INC-1042' };
  const warned: unknown[] = [];
  const log = { ...silentLog, warn: (what: unknown) => void warned.push(what) } as typeof silentLog;
  const where = { channel: CHANNEL };
  await giveFile({ log }, speaking(FILE_TOKEN), file, where);
  expect(warned).toEqual([]);
  await giveFile({ log }, speaking(DEAF_TOKEN), file, where);
  expect(warned).toHaveLength(1);
});
