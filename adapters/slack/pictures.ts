import { createHash } from 'node:crypto';
import { openDrawing } from '../../src/lib/charts/draw.js';
import { isFault } from '../../src/lib/fault.js';
import type { Log } from '../../src/lib/log.js';
import type { Card, Section } from '../../src/model/card.js';
import type { Chart } from '../../src/model/chart.js';
import { oneLine } from './mrkdwn.js';
import { FILE_SCHEME } from './sections.js';
import type { Transport } from './transport.js';

const KEPT = 64;
const ALT_MAX = 1_000;

/**
 * Draws the charts of answers that Slack cannot fetch (there is no public https address) and gives them to Slack as files. Cards of
 * incidents are told their chart in words then: an alarm waits for no picture.
 */
export interface Pictures {
  /** The same card with a picture at each of its charts, as far as that can be. Never rejects. */
  illustrate(card: Card, transport: Transport): Promise<Card>;
}

export function openPictures(log: Log): Pictures {
  const kept = new Map<string, string>();
  // Without the scope there is no use in trying with every card.
  const refused = new WeakSet<Transport>();

  const fileOf = async (chart: Chart, transport: Transport): Promise<string | undefined> => {
    const key = `${transport.team ?? ''}/${createHash('sha256').update(JSON.stringify(chart)).digest('hex')}`;
    const known = kept.get(key);
    if (known !== undefined) return known;
    const file = await upload(chart, transport);
    if (file === undefined) return undefined;
    if (kept.size >= KEPT) kept.delete([...kept.keys()][0] ?? '');
    kept.set(key, file);
    return file;
  };
  const illustrated = async (section: Section, transport: Transport): Promise<Section> => {
    if (section.kind !== 'chart' || refused.has(transport) || /^https:/i.test(section.image ?? ''))
      return section;
    try {
      const file = await fileOf(section, transport);
      return file === undefined ? section : { ...section, image: `${FILE_SCHEME}${file}` };
    } catch (error) {
      if (isFault(error, 'channel.refused')) refused.add(transport);
      log.warn(
        { error: error instanceof Error ? error.message : '' },
        'A chart was told in words: Slack took no file (files:write).',
      );
      return section;
    }
  };
  return {
    async illustrate(card, transport) {
      if (!card.sections.some(({ kind }) => kind === 'chart')) return card;
      const sections = await Promise.all(card.sections.map((section) => illustrated(section, transport)));
      return { ...card, sections };
    },
  };
}

async function upload(chart: Chart, transport: Transport): Promise<string | undefined> {
  const file = Buffer.from((await openDrawing()).png(chart));
  const alt_text = oneLine(chart.alt).slice(0, ALT_MAX);
  const answer = await transport.call('edit', 'files.uploadV2', (client) =>
    client.files.uploadV2({ file, filename: 'chart.png', title: oneLine(chart.title), alt_text }),
  );
  return idOf(answer);
}

/** What the library hands back is a list of answers, each with its files. */
function idOf(answer: object): string | undefined {
  const { files } = answer as {
    readonly files?: readonly { readonly files?: readonly { readonly id?: string }[] }[];
  };
  return files?.[0]?.files?.[0]?.id;
}
