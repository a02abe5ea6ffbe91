import { endianness } from 'node:os';
import type { Match } from '../core/model/target.ts';
import { toText } from '../core/parse/bytes.ts';
import { parseProcNetInet } from '../core/parse/proc-net-inet.ts';
import { parseProcStat } from '../core/parse/proc-stat.ts';
import { attempt, type ProcFs } from './proc-fs.ts';
import { readFileSync } from 'node:fs';

/** Who `pid` is, null when there is no such process. A zombie is gone. */
export function readMatch(proc: ProcFs, pid: number): Match | null {
  const text = proc.text(`${pid}/stat`);
  const stat = text.kind === 'read' ? parseProcStat(text.value) : null;
  if (stat?.kind !== 'parsed' || stat.state === 'X') return null;
  return { pid, ppid: stat.ppid, startTicks: stat.startTicks, comm: stat.comm };
}

/**
 * Processes whose name, or command line with blanks between the words, `pattern` matches. Not we ourselves and those that started us:
 * the pattern stands on their command lines.
 */
export function findByName(proc: ProcFs, pattern: RegExp, self: number): Match[] {
  const lineage = readLineage(proc, self);
  return findWhere(proc, ({ pid, comm }) => {
    if (lineage.has(pid)) return false;
    const cmdline = proc.text(`${pid}/cmdline`);
    const words = cmdline.kind === 'read' ? toText(cmdline.value.replaceAll('\0', ' ').trim()).text : '';
    return words !== '' && (pattern.test(comm) || pattern.test(words));
  });
}

/**
 * Processes of a systemd unit, by their cgroup: `nginx` and `nginx.service` are in `/system.slice/nginx.service`.
 *
 * @see cgroups(7), proc_pid_cgroup(5)
 */
export function findByUnit(proc: ProcFs, unit: string): Match[] {
  const name = unit.includes('.') ? unit : `${unit}.service`;
  return findWhere(proc, ({ pid }) => {
    const text = proc.text(`${pid}/cgroup`);
    return text.kind === 'read' && text.value.split('\n').some((line) => `${line}/`.includes(`/${name}/`));
  });
}

/** Processes that hold a TCP listener on `port`, in our network namespace. */
export function findByPort(proc: ProcFs, port: number): Match[] {
  const links = new Set<string>();
  for (const table of ['tcp', 'tcp6'] as const) {
    const text = proc.text(`self/net/${table}`);
    if (text.kind !== 'read') continue;
    for (const { state, local, inode } of parseProcNetInet(table, text.value, endianness()).rows) {
      if (state === 'LISTEN' && local.port === port) links.add(`socket:[${inode}]`);
    }
  }
  return links.size === 0 ? [] : findWhere(proc, ({ pid }) => holdsOne(proc, pid, links));
}

/** The process that a pid file names; null where it names none that runs. */
export function findByPidfile(proc: ProcFs, path: string): Match | null {
  const text = attempt(path, (full) => readFileSync(full, 'latin1'));
  const [, digits] = text.kind === 'read' ? (/^\s*(\d{1,10})\b/.exec(text.value) ?? []) : [];
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

function findWhere(proc: ProcFs, isWanted: (match: Match) => boolean): Match[] {
  const names = proc.names('.');
  const found: Match[] = [];
  for (const name of names.kind === 'read' ? names.value : []) {
    if (!/^\d+$/.test(name)) continue;
    const match = readMatch(proc, Number(name));
    if (match !== null && isWanted(match)) found.push(match);
  }
  return found.sort((a, b) => a.startTicks - b.startTicks || a.pid - b.pid);
}

function readLineage(proc: ProcFs, self: number): ReadonlySet<number> {
  const lineage = new Set<number>();
  for (let pid = self; pid > 0 && !lineage.has(pid); pid = readMatch(proc, pid)?.ppid ?? 0) lineage.add(pid);
  return lineage;
}

function holdsOne(proc: ProcFs, pid: number, links: ReadonlySet<string>): boolean {
  const names = proc.names(`${pid}/fd`);
  return (names.kind === 'read' ? names.value : []).some((name) => {
    const link = proc.link(`${pid}/fd/${name}`);
    return link.kind === 'read' && links.has(link.value);
  });
}
