import { readdirSync } from 'node:fs';
import type { Container, CountedProcess } from '../core/model/scan.ts';
import { toText } from '../core/parse/bytes.ts';
import { parseCgroupOwner, type CgroupOwner } from '../core/parse/cgroup-owner.ts';
import { parseProcStat } from '../core/parse/proc-stat.ts';
import { parseProcStatus } from '../core/parse/proc-status.ts';
import { readNofileLimit, readOpenCount } from './limits.ts';
import type { ProcFs } from './proc-fs.ts';
import { ProcessFolder } from './process-folder.ts';
import { readFileText } from './read-file.ts';

/**
 * Counts the descriptors of every process, as any user may: 198 processes with their limits take 12 ms. Kernel threads and zombies
 * hold none and are left out. null where /proc cannot be listed. `withOwners`: also whose they are, which doubles the time.
 */
export function readHostProcesses(proc: ProcFs, withOwners: boolean): CountedProcess[] | null {
  const names = proc.names('.');
  if (names.kind !== 'read') return null;
  const pods = withOwners ? readPodNames() : null;
  return names.value.flatMap((name) => (/^\d+$/.test(name) ? (readCounted(proc, Number(name), pods) ?? []) : []));
}

type PodNames = ReadonlyMap<string, string>;

/** null where it is gone, or holds no descriptors by its nature. */
function readCounted(proc: ProcFs, pid: number, pods: PodNames | null): CountedProcess | null {
  const text = proc.text(`${pid}/stat`);
  const stat = text.kind === 'read' ? parseProcStat(text.value) : null;
  if (stat?.kind !== 'parsed' || stat.isKernelThread || stat.state === 'Z' || stat.state === 'X') return null;
  const limit = readNofileLimit(proc, pid);
  const { soft, hard } = limit.kind === 'read' ? limit.value : { soft: null, hard: null };
  const { comm, startTicks } = stat;
  const owner = pods === null ? NOT_ASKED : readOwner(proc, pid, pods);
  return { pid, comm, startTicks, open: readSize(proc, pid), soft, hard, ...owner };
}

type Owner = Pick<CountedProcess, 'uid' | 'pidInNamespace' | 'unit' | 'container'>;

const NOT_ASKED: Owner = { uid: null, pidInNamespace: null, unit: null, container: null };

function readOwner(proc: ProcFs, pid: number, pods: PodNames): Owner {
  const statusText = proc.text(`${pid}/status`);
  const status = statusText.kind === 'read' ? parseProcStatus(statusText.value) : null;
  const cgroupText = proc.text(`${pid}/cgroup`);
  const { unit, container } = parseCgroupOwner(cgroupText.kind === 'read' ? cgroupText.value : '');
  return {
    uid: status?.uid ?? null,
    pidInNamespace: status?.nsPids.at(-1) ?? null,
    unit: unit === null ? null : toText(unit).text,
    container: container === null ? null : toContainer(container, pods),
  };
}

function toContainer({ id, podUid }: NonNullable<CgroupOwner['container']>, pods: PodNames): Container {
  return { id: toText(id).text, podUid, pod: podUid === null ? null : (pods.get(podUid) ?? null) };
}

/** The size of the folder (Linux >= 6.2), which any user may ask for; a size of 0 says nothing, there the descriptors are listed. */
function readSize(proc: ProcFs, pid: number): number | null {
  const stat = proc.stat(`${pid}/fd`);
  if (stat.kind === 'read' && stat.value.size > 0n) return Number(stat.value.size);
  const count = readOpenCount(new ProcessFolder(proc, pid));
  return count.kind === 'read' ? count.value : null;
}

const POD_LOGS = '/var/log/pods';

/** `namespace/name` of pods by their uid, from the folders of their logs: `<namespace>_<name>_<uid>`. None where these may not be listed. */
function readPodNames(): PodNames {
  const names = new Map<string, string>();
  try {
    for (const folder of readdirSync(POD_LOGS)) {
      const [namespace, name, uid] = folder.split('_');
      if (namespace !== undefined && name !== undefined && uid !== undefined) names.set(uid, `${namespace}/${name}`);
    }
  } catch {
    // No Kubernetes here, or not for this user.
  }
  return names;
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
