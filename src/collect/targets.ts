import { endianness } from 'node:os';
import type { Match, Pattern } from '../core/model/target.ts';
import { toText } from '../core/parse/bytes.ts';
import { isInCgroup, isOfUnit } from '../core/parse/proc-cgroup.ts';
import { parseProcNetInet } from '../core/parse/proc-net-inet.ts';
import { parseProcStat, type ProcStat } from '../core/parse/proc-stat.ts';
import { MOST_OWN_BYTES, type ProcFs } from './proc-fs.ts';
import { readProcessFolder } from './process-folder.ts';
import { readFileText } from './read-file.ts';

/** A pid file holds one number. */
const MOST_PIDFILE_BYTES = 4096;

/** Who `pid` is, null when there is no such process. A zombie is gone, but for one whose other threads live on. */
export function readMatch(proc: ProcFs, pid: number): Match | null {
  const stat = readStat(proc, pid);
  return stat === null ? null : toMatch(pid, stat);
}

function readStat(proc: ProcFs, pid: number): ProcStat | null {
  const text = proc.text(`${pid}/stat`);
  const stat = text.kind === 'read' ? parseProcStat(text.value) : null;
  if (stat?.kind !== 'parsed' || stat.state === 'X') return null;
  return stat.state === 'Z' && readProcessFolder(proc, pid).standIn === null ? null : stat;
}

function toMatch(pid: number, { ppid, startTicks, comm }: ProcStat): Match {
  return { pid, ppid, startTicks, comm };
}

/**
 * Processes whose name, or command line with blanks between the words, `pattern` matches. Not we ourselves and those that started us:
 * the pattern stands on their command lines.
 */
export function findByName(proc: ProcFs, pattern: Pattern, self: number): Match[] {
  const lineage = readLineage(proc, self);
  return findWhere(proc, ({ pid, comm }, isKernelThread) => {
    if (lineage.has(pid) || isKernelThread) return false;
    const cmdline = proc.text(`${pid}/cmdline`, MOST_OWN_BYTES);
    const words = cmdline.kind === 'read' ? toText(cmdline.value.replaceAll('\0', ' ').trim()).text : '';
    return pattern.test(comm) || pattern.test(words);
  });
}

/**
 * Processes of a systemd unit, by their cgroup: `nginx` and `nginx.service` are in `/system.slice/nginx.service`, or in a slice of it.
 * Below `user@1000.service` that user names cgroups as he likes: only processes of `user` are looked for there.
 *
 * @see cgroups(7), proc_pid_cgroup(5), systemd.special(7)
 */
export function findByUnit(proc: ProcFs, unit: string, user: number | null): Match[] {
  const name = unit.includes('.') ? unit : `${unit}.service`;
  return findWhere(proc, ({ pid }) => {
    const text = proc.text(`${pid}/cgroup`);
    return text.kind === 'read' && text.value.split('\n').some((line) => isOfUnit(line, name, user));
  });
}

/** Processes of a cgroup and of those below it, as of a container or a pod; not we ourselves, who may be in it as well. */
export function findByCgroup(proc: ProcFs, path: string): Match[] {
  return findWhere(proc, ({ pid }) => {
    const text = pid === process.pid ? null : proc.text(`${pid}/cgroup`);
    return text?.kind === 'read' && text.value.split('\n').some((line) => isInCgroup(line, path));
  });
}

/** Processes that hold a TCP listener on `port`, in our network namespace. */
export function findByPort(proc: ProcFs, port: number): Match[] {
  const links = readListeners(proc, 'self', port);
  return links.size === 0 ? [] : findWhere(proc, ({ pid }) => holdsOne(proc, pid, links));
}

/**
 * The process that listens on a TCP port: `pid`, or one that it started (`npm start` starts the server). null when none of
 * them does, whoever else may.
 */
export function findListener(proc: ProcFs, pid: number, port: number): number | null {
  const links = readListeners(proc, `${pid}`, port);
  if (links.size === 0) return null;
  if (holdsOne(proc, pid, links)) return pid;
  return findDescendants(proc, pid).find((one) => holdsOne(proc, one.pid, links))?.pid ?? null;
}

/** The links of the sockets that listen on `port`, `socket:[39309]`, in the network namespace of `/proc/<folder>`. */
function readListeners(proc: ProcFs, folder: string, port: number): ReadonlySet<string> {
  const links = new Set<string>();
  for (const table of ['tcp', 'tcp6'] as const) {
    const text = proc.text(`${folder}/net/${table}`);
    if (text.kind !== 'read') continue;
    for (const { state, local, inode } of parseProcNetInet(table, text.value, endianness()).rows) {
      if (state === 'LISTEN' && local.port === port) links.add(`socket:[${inode}]`);
    }
  }
  return links;
}

/** The process that a pid file names; null where it names none that runs. */
export function findByPidfile(proc: ProcFs, path: string): Match | null {
  const file = readFileText(path, MOST_PIDFILE_BYTES);
  const [, digits] = file.kind === 'text' ? (/^\s*(\d{1,10})\b/.exec(file.text) ?? []) : [];
  return digits === undefined ? null : readMatch(proc, Number(digits));
}

/** `pid` and all that it started, and they in turn. */
export function findDescendants(proc: ProcFs, pid: number): Match[] {
  const all = findWhere(proc, () => true);
  const family = new Set([pid]);
  // A child may have a lower number than its parent once numbers have wrapped: go on until none is added.
  for (let before = 0; before < family.size;) {
    before = family.size;
    for (const one of all) if (family.has(one.ppid)) family.add(one.pid);
  }
  return all.filter((one) => one.pid !== pid && family.has(one.pid));
}

function findWhere(proc: ProcFs, isWanted: (match: Match, isKernelThread: boolean) => boolean): Match[] {
  const names = proc.names('.');
  const found: Match[] = [];
  for (const name of names.kind === 'read' ? names.value : []) {
    if (!/^\d+$/.test(name)) continue;
    const stat = readStat(proc, Number(name));
    if (stat === null) continue;
    const match = toMatch(Number(name), stat);
    if (isWanted(match, stat.isKernelThread)) found.push(match);
  }
  return found.sort((a, b) => a.startTicks - b.startTicks || a.pid - b.pid);
}

function readLineage(proc: ProcFs, self: number): ReadonlySet<number> {
  const lineage = new Set<number>();
  for (let pid = self; pid > 0 && !lineage.has(pid); pid = readMatch(proc, pid)?.ppid ?? 0) lineage.add(pid);
  return lineage;
}

function holdsOne(proc: ProcFs, pid: number, links: ReadonlySet<string>): boolean {
  const process = readProcessFolder(proc, pid);
  const names = process.numbers();
  return (names.kind === 'read' ? names.value : []).some((name) => {
    const link = process.link({ fd: Number(name), tid: null });
    return link.kind === 'read' && links.has(link.value);
  });
}
