import type { QuotaUse } from '../core/model/quota.ts';
import type { ProcFs } from './proc-fs.ts';

const INOTIFY = 'anon_inode:inotify';
const NAME = 'fs.inotify.max_user_instances';

/**
 * How many inotify instances the user of `pid` may have and has, in all of his processes that may be looked into; where some may
 * not, it has more. Reads every link of every process of that user: not for each tick. null where the quota cannot be read.
 *
 * @see proc_sys_fs(5), inotify(7)
 */
export function readInotifyQuota(proc: ProcFs, pid: number): QuotaUse | null {
  const limit = proc.text(`sys/${NAME.replaceAll('.', '/')}`);
  const owner = proc.stat(`${pid}`);
  const pids = proc.names('.');
  if (limit.kind !== 'read' || owner.kind !== 'read' || pids.kind !== 'read') return null;
  const { uid } = owner.value;
  let used = 0;
  for (const name of pids.value) {
    if (!/^\d+$/.test(name)) continue;
    const process = proc.stat(name);
    if (process.kind === 'read' && process.value.uid === uid) used += readInotifyFds(proc, name)?.length ?? 0;
  }
  return { name: NAME, limit: Number(limit.value), used, uid: Number(uid) };
}

/** The numbers of the inotify instances of a process; none where it is gone, null where it may not be looked into. */
export function readInotifyFds(proc: ProcFs, pid: string): string[] | null {
  const fds = proc.names(`${pid}/fd`);
  if (fds.kind !== 'read') return fds.kind === 'gone' ? [] : null;
  return fds.value.filter((fd) => {
    const link = proc.link(`${pid}/fd/${fd}`);
    return link.kind === 'read' && link.value === INOTIFY;
  });
}
