export { readApp, type AppFacts } from './app.js';
export { checkSettings } from './check.js';
export { lineOf } from './line.js';
export { parse, type Found } from './parse.js';
export { nearestOf, pathText } from './problem.js';
export { duration, matcher } from './values.js';
export type { RuleFile, Settings } from './settings.js';
export { watchSettings } from './watch.js';
