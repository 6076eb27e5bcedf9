import { TONE_MARKS, type Tone } from '../../src/model/card.js';
import { escapeHtml } from './words.js';

export const COLORS: Readonly<Record<Tone, string>> = {
  critical: '#d1242f',
  major: '#d9480f',
  warning: '#b08800',
  info: '#0969da',
  ok: '#1a7f37',
  neutral: '#6e7781',
};

const FONT = "-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif";

/** Written into each element as well: some programs drop the style sheet. */
const INLINE: Readonly<Record<string, string>> = {
  ink: 'color:#1b2733',
  dim: 'color:#566370',
  small: 'font-size:12px;line-height:18px',
  item: 'margin:4px 0',
  quote: 'margin:6px 0 0;padding:2px 0 2px 12px;border-left:3px solid #d0d7de',
  short: 'white-space:nowrap',
  label: 'padding:3px 16px 3px 0;vertical-align:top;white-space:nowrap;font-size:13px;line-height:20px',
  value: 'padding:3px 0;vertical-align:top;font-size:14px;line-height:20px;overflow-wrap:anywhere',
  facts: 'border-collapse:collapse',
  grid: 'border-collapse:collapse;width:100%;font-size:13px',
  chart: 'display:block;width:100%;max-width:560px;height:auto;border:0;border-radius:4px',
};

const TAGS: Readonly<Record<string, string>> = {
  p: 'margin:0;font-size:14px;line-height:21px;overflow-wrap:anywhere',
  h1: 'margin:8px 0 0;font-size:20px;line-height:27px;font-weight:600;overflow-wrap:anywhere',
  h2: 'margin:4px 0 0;font-size:14px;line-height:21px;font-weight:600',
  ul: 'margin:0;padding:0 0 0 20px;font-size:14px;line-height:21px',
  ol: 'margin:0;padding:0 0 0 20px;font-size:14px;line-height:21px',
  th: 'padding:4px 10px 4px 0;text-align:left;font-weight:600;border-bottom:1px solid #d0d7de',
  td: 'padding:4px 10px 4px 0;vertical-align:top;overflow-wrap:anywhere',
  a: 'color:#0969da',
  code: 'font-family:ui-monospace,Consolas,Menlo,monospace;font-size:13px',
};

/** The one style sheet: what cannot stand in an element. */
const SHEET = `:root{color-scheme:light dark;supported-color-schemes:light dark}
@media (prefers-color-scheme:dark){.page{background:#0d1117!important}.paper{background:#161b22!important}
.ink{color:#e6edf3!important}.dim{color:#9aa5b1!important}a{color:#6cb6ff!important}a.button{color:#e6edf3!important}a.primary{color:#ffffff!important}}
@media (max-width:340px){.label{display:block;padding-bottom:0!important}.value{display:block;padding-top:0!important}}`;

export interface PageInput {
  readonly tone: Tone;
  readonly title: string;
  readonly preview: string;
  readonly body: readonly string[];
}

export function page({ tone, title, preview, body }: PageInput): string {
  const hidden = 'display:none;max-height:0;max-width:0;overflow:hidden;opacity:0;mso-hide:all';
  return [
    '<!doctype html>',
    '<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">',
    '<meta name="color-scheme" content="light dark"><meta name="format-detection" content="telephone=no,date=no">',
    `<title>${escapeHtml(title)}</title><style>${SHEET}</style></head>`,
    `<body class="page" style="margin:0;padding:0;background:#f0f3f6;font-family:${FONT}">`,
    // Blanks after it, so that no program fills the preview up with the text below.
    `<div style="${hidden}">${escapeHtml(preview)}${'&#8199;&#847; '.repeat(40)}</div>`,
    '<table role="presentation" width="100%" cellpadding="0" cellspacing="0"><tr><td align="center" style="padding:16px 8px">',
    '<table role="presentation" class="paper" width="600" cellpadding="0" cellspacing="0" style="width:100%;max-width:600px;' +
      `background:#ffffff;border-top:5px solid ${COLORS[tone]};border-radius:6px;text-align:left">`,
    ...body.map(inlineStyles),
    '<tr><td style="padding:0 0 18px"></td></tr></table></td></tr></table></body></html>',
    '',
  ].join('\n');
}

export function row(inner: string): string {
  return `<tr><td class="cell" style="padding:14px 20px 0;font-family:${FONT}">${inner}</td></tr>`;
}

export function pill(tone: Tone, text: string): string {
  const style =
    `display:inline-block;padding:2px 9px;border-radius:4px;background:${COLORS[tone]};color:#ffffff;` +
    'font-size:12px;line-height:19px;font-weight:700;letter-spacing:.04em';
  return `<span style="${style}">${TONE_MARKS[tone]}&nbsp; ${escapeHtml(text)}</span>`;
}

/** `href` and `label` are escaped already. */
export function button(href: string, label: string, primary: boolean): string {
  const look = primary
    ? 'background:#0969da;border:1px solid #0969da;color:#ffffff'
    : 'border:1px solid #8c959f;color:#1b2733';
  const style = `display:inline-block;margin:2px 6px 2px 0;padding:8px 16px;border-radius:6px;font-size:14px;text-decoration:none;${look}`;
  return `<a class="button${primary ? ' primary' : ''}" href="${href}" style="${style}">${label}</a>`;
}

/** Text of others has no tag left in it by now: every `<` here is ours. Done twice it changes nothing. */
export function inlineStyles(html: string): string {
  return html.replace(
    /<(p|h1|h2|ul|ol|th|td|a|code|div|table|img)((?: [^<>]*)?)>/g,
    (whole, tag: string, rest: string) => {
      if (rest.includes('style=')) return whole;
      const names = /class="([^"]*)"/.exec(rest)?.[1]?.split(' ') ?? [];
      const style = [TAGS[tag], ...names.map((name) => INLINE[name])]
        .filter((text) => text !== undefined)
        .join(';');
      return style === '' ? whole : `<${tag}${rest} style="${style}">`;
    },
  );
}
