import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { Fault } from '../../lib/fault.js';
import { zip } from '../../lib/zip.js';
import { readApp, type AppFacts } from '../../settings/index.js';
import { EXIT } from '../exit.js';
import { shipped } from '../shipped.js';
import { fillSlack, fillTeams } from './fill.js';

export interface ManifestOptions {
  readonly configPath: string;
  readonly platform: 'slack' | 'teams';
  /** Where to write; without it Slack's is said and Teams' lies in the current folder. */
  readonly out: string | undefined;
  /** Of Tocsin, which is also the app's. */
  readonly version: string;
  readonly say: (text: string) => void;
  readonly complain: (text: string) => void;
}

/** `tocsin manifest`: what Slack or Teams is told about the app, filled from the settings and checked without the network. */
export async function runManifest(options: ManifestOptions): Promise<number> {
  const { configPath, platform, out, version, say, complain } = options;
  const facts = await factsOf(configPath, complain);
  if (facts === undefined) return EXIT.config;
  if (platform === 'slack') {
    const text = fillSlack(template('slack/manifest.yaml').toString(), facts);
    if (out === undefined) say(text);
    else
      await write(
        join(out, 'tocsin-slack.yaml'),
        text,
        say,
        'api.slack.com/apps → Create New App → From a manifest.',
      );
    return EXIT.ok;
  }
  const manifest = fillTeams(template('teams/manifest.json').toString(), facts, version);
  const packed = zip([
    { name: 'manifest.json', data: Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`) },
    { name: 'color.png', data: template('teams/color.png') },
    { name: 'outline.png', data: template('teams/outline.png') },
  ]);
  const next = 'Teams admin centre → Manage apps → Upload new app.';
  await write(join(out ?? '.', 'tocsin-teams.zip'), packed, say, next);
  return EXIT.ok;
}

async function factsOf(path: string, complain: (text: string) => void): Promise<AppFacts | undefined> {
  const { facts, problems } = readApp(await settingsText(path), path, {
    env: process.env,
    readFile: (file) => readFileSync(resolve(dirname(path), file), 'utf8'),
  });
  for (const { path: where, message } of problems) complain(`${where}: ${message}\n`);
  return facts;
}

async function settingsText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new Fault('settings.invalid', `${path} cannot be read.`, {
      cause: error,
      advice: 'Say which file with --config FILE.',
    });
  }
}

async function write(
  path: string,
  data: string | Uint8Array,
  say: (text: string) => void,
  next: string,
): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, data);
  say(`${path} is written. Next: ${next}\n`);
}

function template(path: string): Buffer {
  const found = shipped(`manifests/${path}`);
  if (found === undefined) throw new Error(`manifests/${path} is missing from the package`);
  return found;
}
