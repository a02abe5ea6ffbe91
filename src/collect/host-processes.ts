import type { CountedProcess } from '../core/model/scan.ts';
import { parseProcStat } from '../core/parse/proc-stat.ts';
import { readNofileLimit, readOpenCount } from './limits.ts';
import type { ProcFs } from './proc-fs.ts';
import { ProcessFolder } from './process-folder.ts';
import { type Owner, type ProcessOwners } from './process-owners.ts';
import { readFileText } from './read-file.ts';

/**
 * Counts the descriptors of every process, as any user may: 198 processes with their limits take 12 ms. Kernel threads and zombies
 * hold none and are left out. null where /proc cannot be listed. With `owners` also whose they are, which doubles the time.
 */
export function readHostProcesses(proc: ProcFs, owners: ProcessOwners | null): CountedProcess[] | null {
  const names = proc.names('.');
  if (names.kind !== 'read') return null;
  owners?.begin();
  return names.value.flatMap((name) => (/^\d+$/.test(name) ? (readCounted(proc, Number(name), owners) ?? []) : []));
}

const NOT_ASKED: Owner = { uid: null, pidInNamespace: null, unit: null, container: null };

/** null where it is gone, or holds no descriptors by its nature. */
function readCounted(proc: ProcFs, pid: number, owners: ProcessOwners | null): CountedProcess | null {
  const text = proc.text(`${pid}/stat`);
  const stat = text.kind === 'read' ? parseProcStat(text.value) : null;
  if (stat?.kind !== 'parsed' || stat.isKernelThread || stat.state === 'Z' || stat.state === 'X') return null;
  const limit = readNofileLimit(proc, pid);
  const { soft, hard } = limit.kind === 'read' ? limit.value : { soft: null, hard: null };
  const { comm, startTicks } = stat;
  const owner = owners?.read(proc, stat, pid) ?? NOT_ASKED;
  return { pid, comm, startTicks, open: readSize(proc, pid), soft, hard, ...owner };
}

/** The size of the folder (Linux >= 6.2), which any user may ask for; a size of 0 says nothing, there the descriptors are listed. */
function readSize(proc: ProcFs, pid: number): number | null {
  const stat = proc.stat(`${pid}/fd`);
  if (stat.kind === 'read' && stat.value.size > 0n) return Number(stat.value.size);
  const count = readOpenCount(new ProcessFolder(proc, pid));
  return count.kind === 'read' ? count.value : null;
}

const MOST_PASSWD_BYTES = 1 << 20;

/** Names of the users of this machine by their uid, from /etc/passwd; those of a directory service are not in it. */
export function readUserNames(): ReadonlyMap<number, string> {
  const file = readFileText('/etc/passwd', MOST_PASSWD_BYTES);
  const names = new Map<number, string>();
  for (const line of file.kind === 'text' ? file.text.split('\n') : []) {
    const [name, , uid] = line.split(':');
    if (name !== undefined && uid !== undefined && /^\d+$/.test(uid) && !names.has(Number(uid)))
      names.set(Number(uid), name);
  }
  return names;
}
