import { createHash } from 'node:crypto';
import { icon } from './icon.js';
import type { Assets } from './page.js';
import { script } from './script.js';
import { style } from './style.js';

/** The page's own files; they may be kept for ever, as their addresses change with them. */
export const FILES = {
  script: { path: '/console/app.js', type: 'text/javascript', body: script },
  style: { path: '/console/style.css', type: 'text/css', body: style },
  icon: { path: '/console/icon.svg', type: 'image/svg+xml', body: icon },
} as const;

export const assets: Assets = {
  script: versioned(FILES.script),
  style: versioned(FILES.style),
  icon: versioned(FILES.icon),
};

function versioned({ path, body }: { path: string; body: string }): string {
  return `${path}?v=${createHash('sha256').update(body).digest('hex').slice(0, 12)}`;
}
