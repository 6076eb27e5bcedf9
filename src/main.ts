import { runDemo } from './main/demo.js';
import { runDoctor } from './main/ask.js';
import { runLogin } from './main/login.js';
import { runManifest } from './main/manifest/index.js';
import { runRuleTests } from './main/rule-tests.js';
import { runCheck, runStart } from './main/start.js';

// The only composition root: settings → parts → engine → http; signals → stop. Imports anything; only the command line
// imports it.
export { runCheck, runDemo, runDoctor, runLogin, runManifest, runRuleTests, runStart };
