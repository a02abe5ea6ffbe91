import { type OneStack, toGroups } from './group.ts';
import type { Frame, Stacks } from '../../model/stacks.ts';

/** `Thread 3 (Thread 0x7f12 (LWP 30790) "worker"):`, `Thread 1 (LWP 42):`, `Thread 2 (process 42):`, of pstack `TID 42:`. */
const THREAD = /^(?:\[?Thread \d+ \(.*?(?:LWP|process) (\d+)\)*(?: "(.*)")?\)*:|TID (\d+):)\s*$/;
const FRAME = /^#(\d+)\s+(?:0x[0-9a-f]+ in |0x[0-9a-f]+\s+)?(.+?)\s*(?:\((.*)\))?(?: at (\S+):(\d+)| from (\S+))?\s*$/;
const FRAME_START = /^#\d+\s+(?:0x[0-9a-f]+|[\w<?:~_])/;
/** Of `py-bt`: `  File "/srv/app.py", line 4, in serve`, and the line itself below it. */
const PYTHON_FRAME = /^ {2}File "(.+)", line (\d+), in (.+?)\s*$/;
const OTHER =
  /^(?:Traceback \(most recent call first\):| {2}File "|\[New LWP|\[Thread debugging|Using host libthread_db|0x[0-9a-f]+ in |\[Inferior \d+|Attaching to|warning: |\(gdb\)|Reading symbols)/;

/** Whether a line begins a backtrace of gdb, pstack or eu-stack. */
export function isGdb(line: string): boolean {
  return THREAD.test(line);
}

/** Whether a line belongs to such a backtrace; arguments may go on in indented lines. */
export function isGdbLine(line: string): boolean {
  return THREAD.test(line) || FRAME_START.test(line) || OTHER.test(line) || /^\s{4,}\S/.test(line);
}

/**
 * Parses `thread apply all bt` and `thread apply all py-bt` of gdb, and what pstack and eu-stack print:
 *
 *     Thread 2 (Thread 0x7ffff37f76c0 (LWP 30790) "hellothreads"):
 *     #0  0x00007ffff78f0f05 in clock_nanosleep () from /lib64/libc.so.6
 *     #1  0x0000555555555079 in serve (fd=3) at relay.c:53
 *
 * Never throws; null where no thread is in it.
 *
 * @see gdb(1), Backtrace
 */
export function parseGdb(lines: readonly string[]): Stacks | null {
  const stacks: OneStack[] = [];
  let frames: Frame[] = [];
  for (const line of unwrap(lines)) {
    const [found, lwp, name, tid] = THREAD.exec(line) ?? [];
    if (found !== undefined) {
      frames = [];
      const thread = Number(lwp ?? tid);
      stacks.push({ state: null, thread, name: name ?? null, frames, waitingMinutes: null, createdBy: null });
      continue;
    }
    const [, source, at, named] = PYTHON_FRAME.exec(line) ?? [];
    if (source !== undefined && named !== undefined) {
      frames.push({ function: named, file: source, line: Number(at) });
      continue;
    }
    const [, , call, , file, number] = FRAME.exec(line) ?? [];
    if (call === undefined) continue;
    frames.push({ function: call, file: file ?? null, line: number === undefined ? null : Number(number) });
  }
  if (stacks.length === 0) return null;
  return { source: 'gdb-bt', pid: null, total: stacks.length, groups: toGroups(stacks), saysLeaked: false };
}

/** gdb breaks long frames before an indented line. */
function* unwrap(lines: readonly string[]): Generator<string> {
  let open = '';
  for (const line of lines) {
    if (/^\s+\S/.test(line) && open.startsWith('#')) {
      open += ` ${line.trim()}`;
      continue;
    }
    if (open !== '') yield open;
    open = line.trimEnd();
  }
  if (open !== '') yield open;
}
