import type { AdapterPlug } from '../src/notify/adapter.js';
import { email } from './email/index.js';
import { pagerduty } from './pagerduty/index.js';
import { slack } from './slack/index.js';
import { teams } from './teams/index.js';
import { webhook } from './webhook/index.js';

/** Every kind of channel there is. */
export const ADAPTERS: readonly AdapterPlug[] = [email, pagerduty, slack, teams, webhook];
