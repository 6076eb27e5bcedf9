import { ack } from './ack.js';
import { audit } from './audit.js';
import { backtest } from './backtest.js';
import { call } from './call.js';
import { calls } from './calls.js';
import type { Command } from './command.js';
import { cqd } from './cqd.js';
import { doctor } from './doctor.js';
import { explain } from './explain.js';
import { handover } from './handover.js';
import { help } from './help.js';
import { history } from './history.js';
import { incident } from './incident.js';
import { incidents } from './incidents.js';
import { issue } from './issue.js';
import { message } from './message.js';
import { messages } from './messages.js';
import { noise } from './noise.js';
import { note } from './note.js';
import { oncall } from './oncall.js';
import { override } from './override.js';
import { page } from './page.js';
import { postmortem } from './postmortem.js';
import { queries } from './queries.js';
import { query } from './query.js';
import { report } from './report.js';
import { reports } from './reports.js';
import { resolve } from './resolve.js';
import { rule } from './rule.js';
import { rules } from './rules.js';
import { services } from './services.js';
import { snooze } from './snooze.js';
import { silence } from './silence.js';
import { silences } from './silences.js';
import { status } from './status.js';
import { tenants } from './tenants.js';
import { trunks } from './trunks.js';
import { unack } from './unack.js';
import { unsilence } from './unsilence.js';
import { whoami } from './whoami.js';

export { fillForm, openForm, type Filled } from './support/fill.js';
export { runCommand } from './support/run.js';

/** Every command, in the order in which `help` lists them. */
export const COMMANDS: readonly Command[] = [
  help,
  status,
  history,
  services,
  issue,
  messages,
  message,
  calls,
  call,
  trunks,
  cqd,
  reports,
  report,
  queries,
  query,
  incidents,
  incident,
  explain,
  ack,
  unack,
  resolve,
  snooze,
  note,
  postmortem,
  silence,
  silences,
  unsilence,
  noise,
  backtest,
  rules,
  rule,
  oncall,
  override,
  page,
  handover,
  tenants,
  doctor,
  audit,
  whoami,
];
