// What the compiler leaves behind: rules, the console's page, pictures and fonts go to dist/src as they are.
import { copyFileSync, mkdirSync, readdirSync } from 'node:fs';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ASSETS = new Set(['.yaml', '.css', '.js', '.svg', '.ttf', '.png', '.html']);

const source = fileURLToPath(new URL('.', import.meta.url));
const target = join(source, '..', 'dist', 'src');

for (const entry of readdirSync(source, { recursive: true, withFileTypes: true })) {
  if (!entry.isFile() || !ASSETS.has(extname(entry.name))) continue;
  const from = join(entry.parentPath, entry.name);
  const to = join(target, from.slice(source.length));
  mkdirSync(dirname(to), { recursive: true });
  copyFileSync(from, to);
}
