import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseProcStat } from '../core/parse/proc-stat.ts';
import { toStateFolder } from './watch/state-folder.ts';
import type { World } from './world.ts';

/** Something that may stand on a command line, and what it is. */
export interface Completion {
  readonly value: string;
  readonly about: string;
}

/** The processes there are, without threads of the kernel: `{ value: '4242', about: 'nginx' }`. */
export function listPids({ proc }: World): Completion[] {
  const names = proc.names('.');
  return (names.kind === 'read' ? names.value : []).flatMap((value) => {
    const text = /^\d+$/.test(value) ? proc.text(`${value}/stat`) : null;
    const stat = text?.kind === 'read' ? parseProcStat(text.value) : null;
    return stat?.kind === 'parsed' && !stat.isKernelThread ? [{ value, about: stat.comm }] : [];
  });
}

/** A user may name a cgroup as he likes; a shell inserts what it completes: nothing it would expand gets through. */
const UNIT = /\/([\w@.:-]+\.(?:service|scope))(?=\/|$)/gm;

/** The systemd units that processes are in: `{ value: 'nginx.service', about: '5 processes' }`. @see cgroups(7) */
export function listUnits(world: World): Completion[] {
  const counts = new Map<string, number>();
  for (const { value } of listPids(world)) {
    const cgroup = world.proc.text(`${value}/cgroup`);
    for (const [, unit = ''] of cgroup.kind === 'read' ? cgroup.value.matchAll(UNIT) : [])
      counts.set(unit, (counts.get(unit) ?? 0) + 1);
  }
  return [...counts].map(([value, count]) => ({ value, about: `${count} ${count === 1 ? 'process' : 'processes'}` }));
}

/** The histories in the folder where a watch keeps them. */
export function listHistories(env: NodeJS.ProcessEnv): Completion[] {
  const folder = toStateFolder(env);
  try {
    const names = readdirSync(folder).filter((name) => name.endsWith('.db'));
    return names.map((name) => ({ value: join(folder, name), about: 'history' }));
  } catch {
    // No watch has kept one yet.
    return [];
  }
}
