import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Starts the module `file` (an `import.meta.url`) in a role and waits for its first word. Its other words are the role's arguments. */
export function startRole(file, role, ...words) {
  return new Promise((resolve, reject) => {
    const child = fork(fileURLToPath(file), [`--role=${role}`, ...words.map(String)], { execArgv: [] });
    child.once('message', (said) => resolve({ child, said }));
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`the ${role} process ended with ${code}`)));
  });
}

/** What the role says of itself; its process then ends. */
export async function measureRole(file, role, ...words) {
  const { child, said } = await startRole(file, role, ...words);
  child.disconnect();
  return said;
}

/** The role that this process was started in, and its arguments; undefined in any other process. */
export function ownRole() {
  const role = /^--role=(\w+)$/.exec(process.argv[2] ?? '')?.[1];
  return role === undefined ? undefined : { role, words: process.argv.slice(3) };
}
