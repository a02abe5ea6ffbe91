import type { ThreadFacts } from '../holders/by-thread.ts';
import type { ThreadWait } from '../model/thread-wait.ts';
import { type Abi, parseTaskSyscall } from '../parse/task-syscall.ts';
import { speaksOf } from './choose-process.ts';
import type { Part } from './part.ts';
import { factsOf } from './process-facts.ts';

/**
 * What the threads waited in, from saved `/proc/<pid>/task/<tid>/syscall`. null where none was saved, where it is not known what the
 * numbers of the calls mean, and where a dump may number the threads by another pid namespace than the files do.
 */
export function toThreadFacts(parts: readonly Part[], pid: number | null): ThreadFacts | null {
  const mine = parts.filter((part) => speaksOf(part, pid));
  const abi = mine.flatMap(({ content }) => (content.kind === 'program' ? [content.abi] : []))[0] ?? null;
  if (abi === null || factsOf(parts, pid).pidNamespaces !== 1) return null;
  const waits = mine.flatMap(({ content }) =>
    content.kind === 'thread' ? [toWait(content.tid, content.text, abi)] : [],
  );
  return waits.length === 0 ? null : { waits, tidOf: new Map(waits.map(({ tid }) => [tid, tid])) };
}

function toWait(tid: number, text: string, abi: Abi): ThreadWait {
  const call = parseTaskSyscall(text, abi);
  switch (call?.kind) {
    case 'descriptor':
      return { kind: 'descriptor', tid, call: call.call, fd: call.fd };
    case 'epoll':
      return { kind: 'epoll', tid, fd: call.fd };
    // What it polls is in its memory, which nobody saved.
    case 'poll':
    case 'select':
      return { kind: 'poll', tid, fds: null };
    case 'elsewhere':
    case undefined:
      return { kind: 'elsewhere', tid };
  }
}
