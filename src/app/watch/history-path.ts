import { statSync } from 'node:fs';
import { homedir, userInfo } from 'node:os';
import { join } from 'node:path';
import type { Target } from '../../core/model/target.ts';

/**
 * Where the history of a target is kept unless told otherwise: `~/.local/state/fdleak/port-8080.db`.
 *
 * @see XDG Base Directory Specification, XDG_STATE_HOME
 */
export function toHistoryPath(target: Target, comm: string | null, env: NodeJS.ProcessEnv): string {
  return join(toStateFolder(env), `${toFileName(target, comm)}.db`);
}

/** `port-8080`: a target as the name of a file. */
export function toFileName(target: Target, comm: string | null): string {
  return toName(target, comm)
    .replace(/[^\w.@-]+/g, '_')
    .slice(0, 100);
}

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

function toName(target: Target, comm: string | null): string {
  switch (target.by) {
    case 'pid':
      return comm === null ? `pid-${target.pid}` : `pid-${target.pid}-${comm}`;
    case 'name':
      return `name-${target.pattern.source}`;
    case 'port':
      return `port-${target.port}`;
    case 'pidfile':
      return `pidfile-${target.path}`;
    case 'unit':
      return `unit-${target.unit}`;
    case 'cgroup':
      return `cgroup-${target.path}`;
  }
}
