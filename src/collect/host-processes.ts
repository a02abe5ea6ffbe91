import { setImmediate } from 'node:timers/promises';
import type { CountedProcess } from '../core/model/counted-process.ts';
import { parseProcStat } from '../core/parse/proc-stat.ts';
import type { Count, KnownProcess, KnownProcesses } from './known-processes.ts';
import { parseNofileLimit, readOpenCount } from './limits.ts';
import type { FolderStat, ProcFs } from './proc-fs.ts';
import { ProcessFolder } from './process-folder.ts';
import type { Owner, ProcessOwners } from './process-owners.ts';

/** What a round knows of the rounds before. */
export interface EarlierRounds {
  readonly owners: ProcessOwners;
  readonly known: KnownProcesses;
}

/** Between so many what else is under way goes on, such as a walk of the kernel: they take half a millisecond. */
const AT_ONCE = 8;

/**
 * Counts the descriptors of every process, as any user may: 198 processes with their limits take 12 ms. Kernel threads and zombies
 * hold none and are left out. null where /proc cannot be listed. With `earlier` also whose they are, which doubles the time of the first
 * round; of a process that is still the same, a later one reads count, name and limits, and gives the same object where they are too.
 */
export async function readHostProcesses(proc: ProcFs, earlier: EarlierRounds | null): Promise<CountedProcess[] | null> {
  const names = proc.names('.');
  if (names.kind !== 'read') return null;
  earlier?.owners.begin();
  earlier?.known.begin();
  const counted: CountedProcess[] = [];
  let read = 0;
  for (const name of names.value) {
    if (!/^\d+$/.test(name)) continue;
    const one = readCounted(proc, Number(name), earlier);
    if (one !== null) counted.push(one);
    if (++read % AT_ONCE === 0) await setImmediate();
  }
  return counted;
}

/** null where it is gone, or holds no descriptors by its nature. */
function readCounted(proc: ProcFs, pid: number, earlier: EarlierRounds | null): CountedProcess | null {
  const stat = proc.folder(`${pid}/fd`);
  const folder = stat.kind === 'read' ? stat.value : null;
  const known = folder === null ? null : (earlier?.known.find(pid, folder) ?? null);
  const still =
    folder === null || known === null ? null : countAgain(proc, pid, { known, folder, owners: earlier?.owners });
  const now = still ?? countAnew(proc, pid, folder, earlier?.owners);
  if (now === null) return null;
  if (folder !== null && isKnowable(now, folder)) earlier?.known.keep(pid, { ...now, folder });
  return now.counted;
}

/** Without a size nothing would tell a process from the zombie that it became. Before Linux 6.2 none has one. */
function isKnowable({ counted }: Count, { size }: FolderStat): boolean {
  return (counted === null) === (size === 0);
}

const NOT_ASKED: Owner = { uid: null, pidInNamespace: null, unit: null, container: null };

interface Round {
  readonly known: KnownProcess;
  readonly folder: FolderStat;
  readonly owners: ProcessOwners | undefined;
}

/** null where its name is not what it was, or there is less to be read of it: it must be counted anew. */
function countAgain(proc: ProcFs, pid: number, { known, folder, owners }: Round): Count | null {
  if (!isKnowable(known, folder)) return null;
  const { counted } = known;
  if (counted === null) return known;
  const name = proc.text(`${pid}/comm`);
  const limits = proc.text(`${pid}/limits`);
  // A name with other characters than ASCII is not told in /proc as we tell it, and never the same.
  if (name.kind !== 'read' || name.value !== `${counted.comm}\n` || limits.kind !== 'read') return null;
  const owner = owners?.read(proc, counted, pid) ?? NOT_ASKED;
  if (folder.size === known.folder.size && limits.value === known.limits && owner === known.owner) return known;
  const { soft, hard } = toLimit(limits.value);
  return { limits: limits.value, owner, counted: { ...counted, open: folder.size, soft, hard, ...owner } };
}

function countAnew(
  proc: ProcFs,
  pid: number,
  folder: FolderStat | null,
  owners: ProcessOwners | undefined,
): Count | null {
  const text = proc.text(`${pid}/stat`);
  const stat = text.kind === 'read' ? parseProcStat(text.value) : null;
  if (stat?.kind !== 'parsed' || stat.state === 'Z' || stat.state === 'X') return null;
  if (stat.isKernelThread) return { limits: null, owner: NOT_ASKED, counted: null };
  const reading = proc.text(`${pid}/limits`);
  const limits = reading.kind === 'read' ? reading.value : null;
  const { soft, hard } = toLimit(limits);
  const { comm, startTicks } = stat;
  const owner = owners?.read(proc, stat, pid) ?? NOT_ASKED;
  const open = folder !== null && folder.size > 0 ? folder.size : readListed(proc, pid);
  return { limits, owner, counted: { pid, comm, startTicks, open, soft, hard, ...owner } };
}

function toLimit(text: string | null): Pick<CountedProcess, 'soft' | 'hard'> {
  return (text === null ? null : parseNofileLimit(text)) ?? { soft: null, hard: null };
}

/** Where the folder has no size, which any user may ask for (Linux >= 6.2), its descriptors are listed. */
function readListed(proc: ProcFs, pid: number): number | null {
  const count = readOpenCount(new ProcessFolder(proc, pid));
  return count.kind === 'read' ? count.value : null;
}
