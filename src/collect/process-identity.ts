import type { ProcessIdentity } from '../core/model/process.ts';
import type { Reading } from '../core/model/reading.ts';
import { toText } from '../core/parse/bytes.ts';
import { parseProcStat } from '../core/parse/proc-stat.ts';
import { parseProcStatus, type ProcStatus } from '../core/parse/proc-status.ts';
import { MOST_OWN_BYTES, type ProcFs } from './proc-fs.ts';
import { readNetns } from './netns.ts';

/** Clock ticks a second as /proc prints them: USER_HZ, 100 on every machine Node runs on. */
const TICKS_PER_SECOND = 100;

export interface ProcessState {
  readonly identity: ProcessIdentity;
  /** The process whose thread it is; null where it is a process, or its status could not be read. */
  readonly threadOf: number | null;
  /** `R`, `S`, `D`, `Z` … @see proc_pid_stat(5) */
  readonly state: string;
  readonly ppid: number;
  readonly isKernelThread: boolean;
  /** `FDSize` of its status; null where its leader has exited, whose table of size 0 tells nothing. */
  readonly peakTableSize: number | null;
}

/** Who `pid` is. What is denied to us is null; `failed` when stat itself makes no sense. */
export function readProcessState(proc: ProcFs, pid: number): Reading<ProcessState> {
  const statText = proc.text(`${pid}/stat`);
  if (statText.kind !== 'read') return statText;
  const stat = parseProcStat(statText.value);
  if (stat.kind === 'fault')
    return { kind: 'failed', path: `${proc.root}/${pid}/stat`, because: `${stat.fault.field} is ${stat.fault.found}` };
  const statusText = proc.text(`${pid}/status`);
  const status = statusText.kind === 'read' ? parseProcStatus(statusText.value) : null;
  const exe = proc.link(`${pid}/exe`);
  return {
    kind: 'read',
    value: {
      threadOf: status?.tgid === pid ? null : (status?.tgid ?? null),
      state: stat.state,
      ppid: stat.ppid,
      isKernelThread: stat.isKernelThread,
      peakTableSize: toPeak(status),
      identity: {
        pid,
        startTicks: stat.startTicks,
        startedAt: readStartTime(proc, stat.startTicks),
        comm: stat.comm,
        exe: exe.kind === 'read' ? toText(exe.value).text : null,
        cmdline: readCommandLine(proc, pid),
        uid: status?.uid ?? null,
        threads: stat.threads,
        netns: readNetns(proc, `${pid}`),
        pidInNamespace: status?.nsPids.at(-1) ?? null,
        cgroup: readCgroup(proc, pid),
      },
    },
  };
}

function toPeak(status: ProcStatus | null): number | null {
  return status === null || status.fdSize === 0 ? null : status.fdSize;
}

/** Whether `pid` is still the process that started at `startTicks`. A stat that we have no descriptor left to open says nothing against it. */
export function isSameProcess(proc: ProcFs, pid: number, startTicks: number): boolean {
  const text = proc.text(`${pid}/stat`);
  if (text.kind !== 'read') return text.kind !== 'gone';
  const stat = parseProcStat(text.value);
  return stat.kind === 'parsed' && stat.startTicks === startTicks;
}

/** The random id of this boot; null where it cannot be read. */
export function readBootId(proc: ProcFs): string | null {
  const text = proc.text('sys/kernel/random/boot_id');
  return text.kind === 'read' ? text.value.trim() : null;
}

/** null where it is gone, or its stat makes no sense. */
export function readParent(proc: ProcFs, pid: number): number | null {
  const text = proc.text(`${pid}/stat`);
  const stat = text.kind === 'read' ? parseProcStat(text.value) : null;
  return stat?.kind === 'parsed' ? stat.ppid : null;
}

/** The name of a process, `?` where it cannot be read. */
export function readComm(proc: ProcFs, pid: string): string {
  const text = proc.text(`${pid}/comm`);
  return text.kind === 'read' ? toText(text.value.trimEnd()).text : '?';
}

/** The words a process was started with, or calls itself by; null where they cannot be read. */
export function readCommandLine(proc: ProcFs, pid: number): string[] | null {
  const cmdline = proc.text(`${pid}/cmdline`, MOST_OWN_BYTES);
  return cmdline.kind === 'read' ? toWords(cmdline.value) : null;
}

function toWords(cmdline: string): string[] {
  return cmdline === ''
    ? []
    : cmdline
        // A program that sets its title leaves the rest of its arguments empty, up to hundreds.
        .replace(/\0(?:\0+)?$/, '')
        .split('\0')
        .map((word) => toText(word).text);
}

function readStartTime(proc: ProcFs, startTicks: number): string | null {
  const text = proc.text('stat');
  const [, bootSeconds] = text.kind === 'read' ? (/^btime (\d+)$/m.exec(text.value) ?? []) : [];
  if (bootSeconds === undefined) return null;
  return new Date((Number(bootSeconds) + startTicks / TICKS_PER_SECOND) * 1000).toISOString();
}

/** The path of cgroup v2 (`0::/system.slice/x.service`), or of systemd's hierarchy in v1. */
function readCgroup(proc: ProcFs, pid: number): string | null {
  const text = proc.text(`${pid}/cgroup`);
  if (text.kind !== 'read') return null;
  const [, path] = /^0::(.*)$/m.exec(text.value) ?? /^\d+:name=systemd:(.*)$/m.exec(text.value) ?? [];
  return path === undefined ? null : toText(path).text;
}

/** Whose process it is, what it runs and in which cgroup; what may not be read is null. */
export function readOwnership(
  proc: ProcFs,
  pid: number,
): { readonly uid: number | null; readonly exe: string | null; readonly cgroup: string | null } {
  const status = proc.text(`${pid}/status`);
  return {
    uid: status.kind === 'read' ? parseProcStatus(status.value).uid : null,
    exe: readExe(proc, pid),
    cgroup: readCgroup(proc, pid),
  };
}

/** The program that a process runs, by its path; null where it may not be read. */
export function readExe(proc: ProcFs, pid: number): string | null {
  const exe = proc.link(`${pid}/exe`);
  // A package upgrade unlinks the file of a process that runs on: that is not an exec.
  return exe.kind === 'read' ? exe.value.replace(/ \(deleted\)$/, '') : null;
}
