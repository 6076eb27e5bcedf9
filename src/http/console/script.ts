import { commandBox } from './script/command-box.js';
import { commands } from './script/commands.js';
import { live } from './script/live.js';
import { regions } from './script/regions.js';
import { time } from './script/time.js';

const head = String.raw`'use strict';

const byId = (id) => document.getElementById(id);
const { fragment: fragmentUrl } = document.body.dataset;
`;

const begin = String.raw`/* ---- Begin ----------------------------------------------------------------------------------------------------- */

setText(byId('zone'), Intl.DateTimeFormat().resolvedOptions().timeZone);
learn();
tellTimes(document);
showState();
listen();
setInterval(() => tellTimes(document), 5000);
setInterval(() => soon(0), 30000);
document.addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'visible') soon(0);
});
`;

/**
 * The page's script, served as one file. It keeps the regions of the page alive, runs commands and puts times into the
 * reader's zone. Plain browser JavaScript: no back-quotes in it, so that it can stand in a template as it is. Its parts share
 * one scope, in this order.
 */
export const script = [head, time, regions, live, commands, commandBox, begin].join('\n');
