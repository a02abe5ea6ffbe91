import { type OneStack, toGroups } from './group.ts';
import type { Frame, Stacks } from '../../model/stacks.ts';

/** `Current thread 0x00007f3a (most recent call first):`, since 3.14 with `[name]`. */
const THREAD = /^(?:Current thread|Thread) 0x[0-9a-f]+(?: \[(.*)\])? \(most recent call first\):(?:\s+<[^<>]+>)?\s*$/;
const FRAME = /^ {2}File "(.+)", line (\d+) in (\S.*?)\s*$/;
const OTHER =
  /^(?:Fatal Python error: |Python runtime state: |Timeout \(\d+:\d\d:\d\d(?:\.\d+)?\)!|Extension modules: | {2}(?:\.\.\.|<no Python frame>|<[^<>]+>)\s*$|Stack \(most recent call first\):)/;

/** Whether a line begins a dump of faulthandler. */
export function isFaulthandler(line: string): boolean {
  return THREAD.test(line);
}

/** Whether a line belongs to such a dump. */
export function isFaulthandlerLine(line: string): boolean {
  return THREAD.test(line) || FRAME.test(line) || OTHER.test(line);
}

/**
 * Parses what Python's faulthandler writes on `dump_traceback()`, a registered signal, a timeout or a crash:
 *
 *     Thread 0x00007f2c4bfff6c0 (most recent call first):
 *       File "/srv/app.py", line 9 in wait
 *       File "/usr/lib/python3.11/threading.py", line 975 in run
 *
 * The numbers of the threads are Python's own, not the operating system's: left out. Never throws; null where no thread
 * is in it.
 *
 * @see https://docs.python.org/3/library/faulthandler.html
 */
export function parseFaulthandler(lines: readonly string[]): Stacks | null {
  const stacks: OneStack[] = [];
  let frames: Frame[] = [];
  for (const line of lines) {
    const [found, name = null] = THREAD.exec(line) ?? [];
    if (found !== undefined) {
      frames = [];
      stacks.push({ state: null, thread: null, name, frames, waitingMinutes: null, createdBy: null });
      continue;
    }
    const [, file, number, call] = FRAME.exec(line) ?? [];
    if (file !== undefined && call !== undefined) frames.push({ function: call, file, line: Number(number) });
  }
  if (stacks.length === 0) return null;
  return { source: 'faulthandler', pid: null, total: stacks.length, groups: toGroups(stacks), saysLeaked: false };
}
