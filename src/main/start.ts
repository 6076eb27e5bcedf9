import { EXIT } from './exit.js';
import { wallClock } from '../lib/clock.js';
import { openLog } from '../lib/log.js';
import { watchSettings } from '../settings/index.js';
import { configure } from './configure.js';
import { openProgram, type ProcessRole } from './program.js';
import { stopWished, untilStopped } from './signals.js';

/** `tocsin check`: every problem, one a line; warnings do not fail it. */
export async function runCheck({ configPath }: { readonly configPath: string }): Promise<number> {
  const { problems, warnings } = await configure(configPath);
  for (const warning of warnings) process.stderr.write(`warning: ${warning}\n`);
  for (const problem of problems) process.stderr.write(`${problem}\n`);
  if (problems.length > 0) return EXIT.config;
  process.stdout.write(`${configPath} is good.\n`);
  return EXIT.ok;
}

/** `tocsin start`: runs until it is told to stop; a changed settings file or SIGHUP reloads it whole. */
export async function runStart({
  configPath,
  role,
}: {
  readonly configPath: string;
  readonly role: ProcessRole;
}): Promise<number> {
  const { settings, rules, problems, warnings } = await configure(configPath);
  if (settings === undefined) {
    for (const problem of problems) process.stderr.write(`${problem}\n`);
    return EXIT.config;
  }
  if (role !== 'all' && (settings.database === undefined || settings.redis === undefined)) {
    process.stderr.write(
      `--role ${role}: several processes need both database: and redis: in the settings\n`,
    );
    return EXIT.config;
  }
  const log = openLog(settings.log.level);
  for (const warning of warnings) log.warn(warning);
  const program = await openProgram({ settings, rules, role, clock: wallClock, log });
  const wished = stopWished(log);
  log.info(
    {
      console: program.url,
      tenants: settings.tenants.length,
      channels: settings.channels.length,
      rules: rules.length,
    },
    'tocsin is watching',
  );

  let reading = Promise.resolve();
  const watcher = watchSettings(configPath, () => {
    reading = reading
      .then(async () => {
        const next = await configure(configPath);
        if (next.settings === undefined) {
          program.refused();
          for (const problem of next.problems) log.error(problem);
          log.error('the changed settings are not used; everything goes on with the old ones');
          return;
        }
        await program.reload(next.settings, next.rules);
        log.info('the settings were read anew');
      })
      .catch((error: unknown) => log.error({ err: error }, 'the changed settings could not be used'));
  });
  try {
    return await untilStopped(program, wished, log);
  } finally {
    watcher.close();
    await reading;
    await program.close();
  }
}
