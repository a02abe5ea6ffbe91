import { type OneStack, toGroups } from './group.ts';
import type { Frame, Stacks } from '../../model/stacks.ts';

const TITLE = /^(?:\d+:)?\s*Full thread dump |^Threads class SMR info:/;
/** `"http-worker-7" #71 [11712] daemon prio=5 os_prio=0 tid=0x00007f34b8248000 nid=0x2dc0 runnable [0x00007f3440d58000]`. */
const THREAD =
  /^"(.*)"(?: #\d+)?(?: \[(\d+)\])?.* (?:prio=\d+|os_prio=-?\d+|tid=0x|nid=).*?(?:nid=(0x[0-9a-f]+|\d+|N\/A))?(?: (.*?))?(?: +\[0x[0-9a-f]+\])?\s*$/;
const NID = /\bnid=(0x[0-9a-f]+|\d+)/;
const STATE = /^\s+java\.lang\.Thread\.State: ([A-Z_]+)/;
const FRAME = /^\s+at (?:[\w.@$-]+\/)*([\w.$<>/]+)\((?:([^():]+)(?::(\d+))?)\)\s*$/;
const OTHER =
  /^\s+- |^\s+Locked ownable|^JNI global ref|^\s+Carrying virtual|^_java_thread_list|^(?:\s*0x[0-9a-f]+,?\s*)+$|^}$|^Found \d+ deadlock|^\s+No compile task/;

/** Whether a line begins a Java thread dump. */
export function isJstack(line: string): boolean {
  return TITLE.test(line) || (line.startsWith('"') && THREAD.test(line));
}

/** Whether a line belongs to such a dump. */
export function isJstackLine(line: string): boolean {
  return isJstack(line) || STATE.test(line) || FRAME.test(line) || OTHER.test(line);
}

/**
 * Parses what `jstack PID`, `jcmd PID Thread.print` or SIGQUIT print, of Java 8 and newer:
 *
 *     "http-worker-7" #71 daemon prio=5 os_prio=0 tid=0x00007f34b8248000 nid=0x2dc0 runnable [0x00007f3440d58000]
 *        java.lang.Thread.State: RUNNABLE
 *     	at com.example.feed.Reader.loop(Reader.java:64)
 *
 * `nid` is the operating system's thread, in hex up to Java 20. Threads without a Java stack (compilers, the
 * collector) have no frames. Never throws; null where no thread is in it.
 *
 * @see hotspot thread.cpp Thread::print_on()
 */
export function parseJstack(lines: readonly string[]): Stacks | null {
  const stacks: OneStack[] = [];
  let current: { name: string; thread: number | null; state: string | null; frames: Frame[] } | null = null;
  const end = (): void => {
    if (current !== null) stacks.push({ ...current, waitingMinutes: null, createdBy: null });
    current = null;
  };
  for (const line of lines) {
    const [, name, osThread] = line.startsWith('"') ? (THREAD.exec(line) ?? []) : [];
    if (name !== undefined) {
      end();
      const nid = osThread ?? NID.exec(line)?.[1];
      current = { name, thread: nid === undefined ? null : Number(nid), state: null, frames: [] };
      continue;
    }
    if (current === null) continue;
    const [, state] = STATE.exec(line) ?? [];
    if (state !== undefined) current.state = state;
    const frame = toFrame(line);
    if (frame !== null) current.frames.push(frame);
  }
  end();
  if (stacks.length === 0) return null;
  return { source: 'jstack', pid: null, total: stacks.length, groups: toGroups(stacks), saysLeaked: false };
}

/** `Native Method` and `Unknown Source` are no files. */
function toFrame(text: string): Frame | null {
  const [, name, file, line] = FRAME.exec(text) ?? [];
  if (name === undefined) return null;
  const isFile = file !== undefined && /\.\w+$/.test(file);
  return { function: name, file: isFile ? file : null, line: line === undefined ? null : Number(line) };
}
