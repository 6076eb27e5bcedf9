import type { SlackMessage } from '../../adapters/slack/render.js';

/**
 * A Slack message as a page that looks as Slack's app on a phone does, as far as our messages use it: a stand-in to judge
 * cards by, for Slack has no renderer that runs without Slack.
 */
export function slackPage({ blocks, attachments }: SlackMessage, pictures: string[] = []): string {
  const body = [
    ...blocks.map((block) => blockHtml(block, pictures)),
    ...attachments.map(
      ({ color, blocks: inner }) =>
        `<div class="bar" style="border-color:${color}">${inner.map((block) => blockHtml(block, pictures)).join('')}</div>`,
    ),
  ].join('');
  return `<!doctype html><meta charset="utf-8"><style>${STYLE}</style><div id="card"><b class="who">Tocsin</b><span class="app">APP</span>${body}</div>`;
}

const STYLE = `
body{margin:0;background:#fff;font:15px/1.46 "Liberation Sans","DejaVu Sans",sans-serif;color:#1d1c1d}
#card{width:374px;padding:8px;overflow-wrap:anywhere}
.who{font-weight:900}.app{font-size:10px;background:#e8e8e8;border-radius:2px;padding:1px 3px;margin-left:4px;color:#616061}
.header{font-size:18px;font-weight:900;margin:4px 0}
.bar{border-left:4px solid;border-radius:4px;padding:0 0 0 10px;margin:4px 0 8px}
.section{margin:4px 0 8px;white-space:pre-wrap}.fields{display:grid;grid-template-columns:1fr 1fr;gap:8px;margin:4px 0 8px}
.fields div{white-space:pre-wrap}.context{font-size:12px;color:#616061;margin:4px 0}
code{font:12px "Liberation Mono","DejaVu Sans Mono",monospace;background:#f6f6f6;border:1px solid #ddd;border-radius:3px;padding:1px 3px;color:#c01343}
pre{font:11px/1.5 "Liberation Mono","DejaVu Sans Mono",monospace;background:#f8f8f8;border:1px solid #ddd;border-radius:4px;padding:6px;margin:4px 0;overflow:hidden}
.quote{border-left:4px solid #ddd;padding-left:8px;white-space:pre-wrap}a{color:#1264a3;text-decoration:none}
.buttons{display:flex;flex-wrap:wrap;gap:8px;margin:6px 0}.button{border:1px solid #bbb;border-radius:4px;padding:5px 10px;font-size:14px;font-weight:700}
.primary{background:#007a5a;color:#fff;border-color:#007a5a}.danger{background:#e01e5a;color:#fff;border-color:#e01e5a}
img{width:100%;border-radius:6px}.caption{font-size:13px;color:#616061}`;

type Block = SlackMessage['blocks'][number];

function blockHtml(block: Block, pictures: string[]): string {
  switch (block.type) {
    case 'header':
      return `<div class="header">${escape(block.text.text)}</div>`;
    case 'section':
      return [
        ...(block.text === undefined ? [] : [mrkdwn(block.text.text)]),
        ...(block.fields === undefined
          ? []
          : [
              `<div class="fields">${block.fields.map(({ text }) => `<div>${inline(text)}</div>`).join('')}</div>`,
            ]),
      ].join('');
    case 'context':
      return `<div class="context">${block.elements.map((part) => ('text' in part ? inline(part.text) : '')).join(' ')}</div>`;
    case 'actions':
      return `<div class="buttons">${block.elements
        .map((part) =>
          part.type === 'button'
            ? `<span class="button ${part.style ?? ''}">${escape(part.text.text)}</span>`
            : '',
        )
        .join('')}</div>`;
    case 'image': {
      const picture = pictures.shift();
      const title = block.title === undefined ? '' : `<div class="caption">${escape(block.title.text)}</div>`;
      return picture === undefined
        ? `${title}<i>${escape(block.alt_text)}</i>`
        : `${title}<img src="${picture}">`;
    }
    default:
      return `<div class="section">${block.type}</div>`;
  }
}

function mrkdwn(text: string): string {
  const parts = text.split(/```\n?([\s\S]*?)\n?```/);
  return parts
    .map((part, i) => {
      if (i % 2 === 1) return `<pre>${part}</pre>`;
      const lines = part.split('\n');
      const html = lines.map((line) =>
        line.startsWith('> ') ? `<div class="quote">${inline(line.slice(2))}</div>` : `${inline(line)}\n`,
      );
      return `<div class="section">${html.join('').trimEnd()}</div>`;
    })
    .join('');
}

/** What is escaped already stays so: `<` begins a token of ours. */
function inline(text: string): string {
  return text
    .replace(/<!date\^\d+\^[^|>]*\|([^>]*)>/g, '$1')
    .replace(/<([^|>]+)\|([^>]*)>/g, '<a>$2</a>')
    .replace(/<((?:https?|mailto):[^>]*)>/g, '<a>$1</a>')
    .replace(/`([^`]+)`/g, '<code>$1</code>')
    .replace(/(^|[\s(\u200b])\*([^*\n]+)\*/g, '$1<b>$2</b>')
    .replace(/(^|[\s(\u200b])_([^_\n]+)_(?=$|[\s.,)])/g, '$1<i>$2</i>');
}

function escape(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}
