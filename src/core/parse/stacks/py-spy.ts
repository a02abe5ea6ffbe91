import { type OneStack, toGroups } from './group.ts';
import type { Frame, Stacks } from '../../model/stacks.ts';

const PROCESS = /^Process (\d+): /;
const VERSION = /^Python v\d/;
/** `Thread 42 (idle): "MainThread"`, `Thread 0x7F1C2A (active+gil): "worker"`, `Thread 42 (idle)`. */
const THREAD = /^Thread (0x[0-9A-Fa-f]+|\d+) \(([a-z+]+)\)(?::\s*"(.*)")?\s*:?\s*$/;
/** `    get (queue.py:171)`, older versions with the whole path. */
const FRAME = /^\s+(\S.*?) \((.+?):(\d+)\)\s*$/;
const NATIVE = /^\s+(\S+) \((\S+)\)\s*$/;
const LOCAL = /^\s+(?:Arguments|Locals):\s*$|^\s{8,}\w+: /;

/** Whether a line begins a dump of py-spy. */
export function isPySpy(line: string): boolean {
  return THREAD.test(line) || PROCESS.test(line);
}

/** Whether a line belongs to such a dump. */
export function isPySpyLine(line: string): boolean {
  return isPySpy(line) || VERSION.test(line) || FRAME.test(line) || NATIVE.test(line) || LOCAL.test(line);
}

/**
 * Parses `py-spy dump --pid PID`:
 *
 *     Process 42: python3 /srv/app.py
 *     Python v3.11.2 (/usr/bin/python3.11)
 *
 *     Thread 42 (idle): "MainThread"
 *         select (selectors.py:415)
 *         serve (app.py:12)
 *
 * Thread numbers in hex are Python's own, not the operating system's: left out. Never throws; null where no thread is in it.
 *
 * @see py-spy src/dump.rs print_trace()
 */
export function parsePySpy(lines: readonly string[]): Stacks | null {
  const stacks: OneStack[] = [];
  let pid: number | null = null;
  let frames: Frame[] = [];
  for (const line of lines) {
    const [, process] = PROCESS.exec(line) ?? [];
    if (process !== undefined) pid = Number(process);
    const [, id, state, name] = THREAD.exec(line) ?? [];
    if (id !== undefined && state !== undefined) {
      frames = [];
      const thread = id.startsWith('0x') ? null : Number(id);
      stacks.push({ state, thread, name: name ?? null, frames, waitingMinutes: null, createdBy: null });
      continue;
    }
    const [, call, file, number] = FRAME.exec(line) ?? [];
    if (call !== undefined && file !== undefined) frames.push({ function: call, file, line: Number(number) });
  }
  if (stacks.length === 0) return null;
  return { source: 'py-spy', pid, total: stacks.length, groups: toGroups(stacks), saysLeaked: false };
}
