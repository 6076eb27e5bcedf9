import { ADAPTERS } from '../../adapters/index.js';
import { checkSettings } from '../../src/settings/index.js';
import { SOURCES } from '../../src/sources/index.js';

const PATH = '/etc/tocsin/tocsin.yaml';

/** Checks settings text as the program does, with these variables and files and no others. */
export function checked(
  text: string,
  around: {
    readonly env?: Readonly<Record<string, string>>;
    readonly files?: Readonly<Record<string, string>>;
  } = {},
): ReturnType<typeof checkSettings> {
  return checkSettings(text, {
    path: PATH,
    sources: SOURCES,
    adapters: ADAPTERS,
    env: around.env ?? {},
    readFile(file) {
      const content = around.files?.[file];
      if (content === undefined) throw new Error(`no file ${file}`);
      return content;
    },
  });
}

/** `path: message`, as `tocsin check` prints them. */
export function problems(...given: Parameters<typeof checked>): string[] {
  return checked(...given).problems.map(({ path, message }) => `${path}: ${message}`);
}

export function warnings(...given: Parameters<typeof checked>): string[] {
  return checked(...given).warnings.map(({ path, message }) => `${path}: ${message}`);
}
