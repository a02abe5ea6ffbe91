import { statSync } from 'node:fs';
import { homedir, userInfo } from 'node:os';
import { join } from 'node:path';

/** The folder of the histories. */
export function toStateFolder(env: NodeJS.ProcessEnv): string {
  const state = env['XDG_STATE_HOME'] ?? '';
  // A relative path in it is to be ignored.
  return join(state.startsWith('/') ? state : join(findHome(), '.local', 'state'), 'fdleak');
}

/** `sudo` may keep the HOME of its caller: what root writes there, he could lead elsewhere. Then it is the home of the user we are. */
function findHome(): string {
  try {
    const home = homedir();
    const owner = statSync(home, { throwIfNoEntry: false })?.uid;
    return owner === undefined || owner === 0 || owner === process.geteuid?.() ? home : userInfo().homedir;
  } catch {
    // Neither HOME nor an entry in passwd, as of a container's user.
    return '/nonexistent';
  }
}
