import type { ServerResponse } from 'node:http';
import { openDrawing } from '../lib/charts/draw.js';
import { packChart, unpackChart } from '../lib/charts/pack.js';
import type { Log } from '../lib/log.js';
import type { Card } from '../model/card.js';
import type { Chart } from '../model/chart.js';
import { DAY, type Instant } from '../model/time.js';
import type { Mount } from './deps.js';
import { openSigner, type SignerMemory } from './signer.js';
import { refuse } from './refuse.js';

export interface ChartDeps {
  readonly memory: SignerMemory;
  /** As people reach us, without a trailing slash. */
  readonly url: string;
  readonly now: () => Instant;
  readonly log: Log;
}

export interface Charts {
  /** The same card with an address at each of its charts. */
  readonly illustrate: (card: Card) => Promise<Card>;
  /** `GET /charts/<signed>.png`: the picture; 404 for whatever we have not signed, and for what is too old. */
  readonly mount: Mount;
}

const PATH = '/charts/';
const KEY = 'charts/key';
const LASTS = 30 * DAY;
/** Slack takes no longer address of a picture than 3000 characters. */
const MOST_CHARS = 2_600;
const KEPT_PICTURES = 64;

/** Links that carry their chart with them, signed: nothing is kept for them, and nobody can make one up. */
export function openCharts({ memory, url, now, log }: ChartDeps): Charts {
  const signer = openSigner(memory, KEY, now);
  const draw = openPictures();

  const linkOf = async (chart: Chart): Promise<string | undefined> => {
    const packed = packChart(chart, now() + LASTS);
    const link = `${url}${PATH}${packed}.${await signer.sign(packed)}.png`;
    return link.length > MOST_CHARS ? undefined : link;
  };

  const pictureOf = async (address: string): Promise<Uint8Array | undefined> => {
    const [, packed = '', mac = ''] =
      /^\/charts\/([\w-]{1,2600})\.([\w-]{43})\.png$/.exec(address.split('?', 1)[0] ?? '') ?? [];
    if (packed === '' || !(await signer.isSigned(packed, mac))) return undefined;
    const chart = unpackChart(packed);
    return chart === undefined || chart.until <= now() ? undefined : draw(packed, chart.chart);
  };

  return {
    illustrate: async (card) => {
      if (url === '' || !card.sections.some(({ kind }) => kind === 'chart')) return card;
      const sections = await Promise.all(
        card.sections.map(async (section) => {
          const image = section.kind === 'chart' ? await linkOf(section) : undefined;
          return image === undefined ? section : { ...section, image };
        }),
      );
      return { ...card, sections };
    },
    mount: {
      method: 'GET',
      path: PATH,
      handler: (req, res) => {
        pictureOf(req.url ?? '')
          .then((picture) =>
            picture === undefined
              ? refuse(res, 404, 'not-found', 'There is no such chart, or its link has expired.')
              : show(res, picture),
          )
          .catch((error: unknown) => {
            log.error({ err: error }, 'a chart could not be drawn');
            refuse(res, 500, 'failed', 'The chart could not be drawn.');
          });
      },
    },
  };
}

function show(res: ServerResponse, picture: Uint8Array): void {
  res.writeHead(200, {
    'content-type': 'image/png',
    'content-length': picture.byteLength,
    'cache-control': 'private, max-age=86400, immutable',
    // Chats show it on pages of their own; whoever has the address may see it.
    'cross-origin-resource-policy': 'cross-origin',
  });
  res.end(picture);
}

/** The last pictures are kept: a chat fetches one for each of its readers. */
function openPictures(): (name: string, chart: Chart) => Promise<Uint8Array> {
  const kept = new Map<string, Promise<Uint8Array>>();
  return (name, chart) => {
    const known = kept.get(name);
    const picture = known ?? openDrawing().then((drawing) => drawing.png(chart));
    kept.delete(name);
    kept.set(name, picture);
    picture.catch(() => kept.delete(name));
    const oldest = [...kept.keys()][0];
    if (kept.size > KEPT_PICTURES && oldest !== undefined) kept.delete(oldest);
    return picture;
  };
}
