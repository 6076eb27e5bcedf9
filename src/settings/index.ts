export { checkSettings } from './check.js';
export type { RuleFile, Settings } from './settings.js';
export { watchSettings } from './watch.js';
