import { closeSync, openSync, readSync } from 'node:fs';
import type { ThreadWait, ThreadWaits } from '../core/model/thread-wait.ts';
import { parseProcStat } from '../core/parse/proc-stat.ts';
import {
  type Abi,
  bytesOfSet,
  parseFdSet,
  parsePollfds,
  parseTaskSyscall,
  toAbi,
  ELF_HEAD,
  type TaskCall,
} from '../core/parse/task-syscall.ts';
import type { Deadline } from './deadline.ts';
import type { ProcessFolder } from './process-folder.ts';

/** Arrays of poll(2) that all threads together have read: one thread may wait for a million descriptors, and there may be thousands. */
const MOST_SET_BYTES = 1 << 22;

/**
 * Reads what every thread of a process waits for: of poll(2) and select(2) also on what, from its memory. It reads only, and nothing is
 * stopped. 0.03 ms for a thread.
 *
 * @see proc_pid_syscall(5), proc_pid_mem(5)
 */
export function readThreadWaits(process: ProcessFolder, deadline: Deadline | null = null): ThreadWaits {
  const tids = process.proc.names(`${process.pid}/task`);
  if (tids.kind !== 'read') return { kind: 'not-read', because: `${process.pid}/task: ${tids.kind}`, threads: null };
  const head = readProgramHead(process);
  const abi = head === null ? null : toAbi(head);
  const memory = new Memory(process);
  const threads: ThreadWait[] = [];
  try {
    for (const tid of tids.value.map(Number)) {
      if (deadline?.isOver() === true)
        return { kind: 'not-read', because: 'there was no time to read it of all threads', threads: tids.value.length };
      const wait = readThreadWait(process, tid, { abi, memory });
      if (typeof wait === 'string') return { kind: 'not-read', because: wait, threads: tids.value.length };
      if (wait !== null) threads.push(wait);
    }
  } finally {
    memory.close();
  }
  return { kind: 'read', threads };
}

interface Around {
  readonly abi: Abi | null;
  readonly memory: Memory;
}

/** null for a thread that has ended; a reason where it may not be read. */
function readThreadWait(process: ProcessFolder, tid: number, { abi, memory }: Around): ThreadWait | string | null {
  const folder = `${process.pid}/task/${tid}`;
  const stat = process.proc.text(`${folder}/stat`);
  const state = stat.kind === 'read' ? parseProcStat(stat.value) : null;
  if (state?.kind === 'parsed' && /^[ZX]$/.test(state.state)) return null;
  if (state?.kind === 'parsed' && /^[Tt]$/.test(state.state)) return { kind: 'stopped', tid };
  const text = process.proc.text(`${folder}/syscall`);
  if (text.kind === 'gone') return null;
  if (text.kind !== 'read') {
    const because = text.kind === 'denied' ? 'not permitted' : text.because;
    return `${folder}/syscall: ${because} (needs the same user and no Yama restriction, or CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH)`;
  }
  const call = parseTaskSyscall(text.value, abi);
  if (call === null) return `${folder}/syscall: cannot read ${JSON.stringify(text.value.slice(0, 80))}`;
  return toWait(tid, call, memory);
}

function toWait(tid: number, call: TaskCall, memory: Memory): ThreadWait {
  switch (call.kind) {
    case 'descriptor':
    case 'epoll':
      return { ...call, tid };
    case 'elsewhere':
      return { kind: 'elsewhere', tid };
    case 'poll': {
      const bytes = memory.read(call.address, bytesOfSet(call));
      return { kind: 'poll', tid, fds: bytes === null ? null : parsePollfds(bytes) };
    }
    case 'select': {
      const sets = call.addresses.map((address) => memory.read(address, bytesOfSet(call)));
      const read = sets.filter((bytes) => bytes !== null);
      const fds = new Set(read.flatMap((bytes) => parseFdSet(bytes)).filter((fd) => fd < call.count));
      return { kind: 'poll', tid, fds: read.length === sets.length ? [...fds] : null };
    }
  }
}

/** The first bytes of the program that a process runs; null where they may not be read. */
export function readProgramHead(target: ProcessFolder): Uint8Array | null {
  const path = `${target.proc.root}/${target.path()}/exe`;
  const head = Buffer.alloc(ELF_HEAD);
  try {
    const fd = openSync(path, 'r');
    try {
      readSync(fd, head, 0, head.length, 0);
    } finally {
      closeSync(fd);
    }
  } catch {
    return null;
  }
  return head;
}

/** The memory of a process, opened when it is first asked. */
class Memory {
  readonly #path: string;
  #fd: number | null | undefined;
  #left = MOST_SET_BYTES;

  constructor({ proc, pid }: ProcessFolder) {
    this.#path = `${proc.root}/${pid}/mem`;
  }

  /** null where it may not be read, not all of it is there, or too much was read. */
  read(address: number, length: number): Buffer | null {
    if (length === 0) return Buffer.alloc(0);
    this.#left -= length;
    if (this.#left < 0) return null;
    this.#fd ??= this.#open();
    if (this.#fd === null) return null;
    const bytes = Buffer.alloc(length);
    try {
      return readSync(this.#fd, bytes, 0, length, address) === length ? bytes : null;
    } catch {
      return null;
    }
  }

  close(): void {
    if (typeof this.#fd === 'number') closeSync(this.#fd);
  }

  #open(): number | null {
    try {
      return openSync(this.#path, 'r');
    } catch {
      return null;
    }
  }
}
