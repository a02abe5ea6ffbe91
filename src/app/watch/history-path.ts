import { join } from 'node:path';
import type { Target } from '../../core/model/target.ts';
import { toStateFolder } from './state-folder.ts';

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
