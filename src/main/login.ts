import { configure } from './configure.js';
import { EXIT } from './exit.js';
import { signInTo, type SignInOptions } from './sign-in.js';

/** `tocsin login partner-center`: throws the fault that stood in the way. */
export async function runLogin({
  configPath,
  ...options
}: SignInOptions & { readonly configPath: string }): Promise<number> {
  const { settings, problems } = await configure(configPath);
  if (settings === undefined) {
    for (const problem of problems) process.stderr.write(`${problem}\n`);
    return EXIT.config;
  }
  await signInTo(settings, options);
  return EXIT.ok;
}
