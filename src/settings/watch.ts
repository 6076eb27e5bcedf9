import { watch, type FSWatcher } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';

const QUIET_MS = 300;

/**
 * Calls when the settings file changed, or on SIGHUP. The folder is watched, because editors replace the file; a burst of
 * writes is one change.
 */
export function watchSettings(path: string, onChange: () => void): { close(): void } {
  const file = resolve(path);
  let timer: NodeJS.Timeout | undefined;
  const soon = (): void => {
    clearTimeout(timer);
    timer = setTimeout(onChange, QUIET_MS);
  };
  const watcher: FSWatcher = watch(dirname(file), (_event, name) => {
    // A mounted volume tells the change of a link's target (`..data`), not of the file.
    if (name === null || name === basename(file) || name.startsWith('..')) soon();
  });
  watcher.on('error', () => undefined);
  process.on('SIGHUP', soon);
  return {
    close() {
      clearTimeout(timer);
      process.off('SIGHUP', soon);
      watcher.close();
    },
  };
}
