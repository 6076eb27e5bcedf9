import { createRequire } from 'node:module';
import type { Chart } from '../../model/chart.js';
import { FONT, HEIGHT, optionOf, WIDTH } from './option.js';

/** Draws charts: 800 by 400, always the same bytes for the same chart, with a font of its own. */
export interface Drawing {
  readonly svg: (chart: Chart) => string;
  readonly png: (chart: Chart) => Uint8Array;
}

let opened: Promise<Drawing> | undefined;

/** The libraries are large: they are loaded when the first chart is drawn. */
export function openDrawing(): Promise<Drawing> {
  opened ??= load();
  return opened;
}

async function load(): Promise<Drawing> {
  const core = await import('echarts/core');
  const charts = await import('echarts/charts');
  const components = await import('echarts/components');
  const renderers = await import('echarts/renderers');
  const { Resvg } = await import('@resvg/resvg-js');
  core.use([
    charts.BarChart,
    charts.LineChart,
    components.GridComponent,
    components.GraphicComponent,
    components.LegendComponent,
    components.TitleComponent,
    renderers.SVGRenderer,
  ]);
  const fontFiles = ['DejaVuSans.ttf', 'DejaVuSans-Bold.ttf'].map(fontFile);
  const svg = (chart: Chart): string => {
    const canvas = core.init(null, null, { renderer: 'svg', ssr: true, width: WIDTH, height: HEIGHT });
    try {
      canvas.setOption(optionOf(chart));
      return canvas.renderToSVGString();
    } finally {
      canvas.dispose();
    }
  };
  const png = (chart: Chart): Uint8Array =>
    new Resvg(svg(chart), {
      font: { fontFiles, loadSystemFonts: false, defaultFontFamily: FONT },
    })
      .render()
      .asPng();
  return { svg, png };
}

/** Throws when the font is missing: the renderer would leave the words out and say nothing. */
function fontFile(name: string): string {
  return createRequire(import.meta.url).resolve(`dejavu-fonts-ttf/ttf/${name}`);
}
