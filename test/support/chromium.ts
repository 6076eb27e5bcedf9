import { chromium, type Browser } from 'playwright-core';
import { findTool } from './tools.js';

/** The path of a Chromium on this machine, or undefined: `describe.skip` what needs one. */
export const chromiumPath = findTool('chromium') ?? findTool('chromium-browser') ?? findTool('google-chrome');

/** Headless, without a sandbox of its own (the tests run in containers) and without any request of its own. */
export async function launchChromium(): Promise<Browser> {
  if (chromiumPath === undefined) throw new Error('no Chromium found on PATH');
  return chromium.launch({
    executablePath: chromiumPath,
    args: [
      '--no-sandbox',
      '--disable-dev-shm-usage',
      '--disable-gpu',
      '--disable-background-networking',
      '--no-first-run',
    ],
  });
}
