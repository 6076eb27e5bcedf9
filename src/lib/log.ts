import { pino, type Logger } from 'pino';

export type Log = Pick<Logger, 'debug' | 'info' | 'warn' | 'error'> & { child(bindings: object): Log };

const SECRETS = [
  'authorization',
  'token',
  'secret',
  'password',
  'clientSecret',
  'botToken',
  'appToken',
  'signingSecret',
  'appPassword',
];

/** The process's log: JSON lines on standard error, secrets redacted wherever they stand one or two levels deep. */
export function openLog(level: string): Log {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: { paths: SECRETS.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]), censor: '[redacted]' },
    },
    pino.destination({ fd: 2, sync: true }),
  );
}

/** A log that says nothing, for tests and for commands that print their own answer. */
export const silentLog: Log = pino({ level: 'silent' });
