import type { QuotaUse } from '../core/model/quota.ts';
import type { CountedProcess } from '../core/model/scan.ts';
import { parseProcStat } from '../core/parse/proc-stat.ts';
import { readInotifyFds } from './inotify-quota.ts';
import type { ProcFs } from './proc-fs.ts';

type Owned = Pick<CountedProcess, 'pid' | 'uid'>;

/** `fs.inotify.max_user_watches`, and how much of it an instance with this fdinfo uses. */
const QUOTAS = {
  'fs.inotify.max_user_instances': () => 1,
  'fs.inotify.max_user_watches': (info: string) => info.match(/^inotify wd:/gm)?.length ?? 0,
} as const satisfies Record<string, (info: string) => number>;

/**
 * What each user has of the inotify quotas, in all of `processes`. An instance that a child has from its parent is counted once. Users who
 * have none, and those of whom a process could not be looked into, are left out; so is a quota that cannot be read. Reads every link of
 * every process: not for each scan.
 *
 * @see inotify(7), proc_sys_fs(5), kernel fs/notify/inotify/inotify_user.c
 */
export function readUserQuotas(proc: ProcFs, processes: readonly Owned[]): QuotaUse[] {
  const infos = new Map<number, ReadonlyMap<string, string>>();
  const uids = new Set<number>();
  const unseen = new Set<number>();
  for (const { pid, uid } of processes) {
    if (uid === null) continue;
    const fds = readInotifyFds(proc, `${pid}`);
    if (fds === null) unseen.add(uid);
    else if (fds.length > 0) {
      uids.add(uid);
      infos.set(pid, readInfos(proc, pid, fds));
    }
  }
  const own = new Map(
    [...infos].map(([pid, all]) => [pid, withoutInherited(all, infos.get(readParent(proc, pid) ?? 0))]),
  );
  return [...uids]
    .filter((uid) => !unseen.has(uid))
    .flatMap((uid) => {
      const his = processes.filter((one) => one.uid === uid).flatMap(({ pid }) => own.get(pid) ?? []);
      return Object.entries(QUOTAS).flatMap(([name, weigh]): QuotaUse[] => {
        const limit = proc.text(`sys/${name.replaceAll('.', '/')}`);
        const used = his.reduce((sum, info) => sum + weigh(info), 0);
        return limit.kind === 'read' ? [{ name, limit: Number(limit.value), used, uid }] : [];
      });
    });
}

function readInfos(proc: ProcFs, pid: number, fds: readonly string[]): ReadonlyMap<string, string> {
  return new Map(
    fds.flatMap((fd) => {
      const info = proc.text(`${pid}/fdinfo/${fd}`);
      return info.kind === 'read' ? [[fd, info.value] as const] : [];
    }),
  );
}

/** The same number and the same watches as the parent's: fork(2) copied it, and it is one instance. */
function withoutInherited(
  infos: ReadonlyMap<string, string>,
  parent: ReadonlyMap<string, string> | undefined,
): string[] {
  return [...infos].filter(([fd, info]) => parent?.get(fd) !== info).map(([, info]) => info);
}

function readParent(proc: ProcFs, pid: number): number | null {
  const text = proc.text(`${pid}/stat`);
  const stat = text.kind === 'read' ? parseProcStat(text.value) : null;
  return stat?.kind === 'parsed' ? stat.ppid : null;
}
