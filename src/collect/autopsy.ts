import { constants } from 'node:os';
import type { Inode } from '../core/model/inode.ts';
import type { ProbeOutcome, Refusal } from '../core/model/probe.ts';
import type { Deadline } from './deadline.ts';
import type { KernelCalls } from './kernel-calls.ts';
import type { ProcessFolder } from './process-folder.ts';
import { SocketProber } from './socket-prober.ts';
import { readStatOf } from './stat-buffer.ts';
import { isSocket } from './file-type.ts';
import { AF_UNIX, SOCK_CLOEXEC, SOCK_DGRAM } from '../core/model/socket-call.ts';

const { EBADF, ENOSYS, EPERM, ESRCH } = constants.errno;

const PIDFD_THREAD = 0o200;
/** Above every number the kernel hands out. */
const NO_DESCRIPTOR = 0x7fff_ffff;

/** Duplicates of live sockets whose close lingers: as many wait at most. @see koffi, max_async_calls 256 */
const MOST_CLOSING = 128;

/** A socket to be asked, and the inode it must still have. */
export interface Patient {
  readonly fd: number;
  readonly tid: number | null;
  readonly inode: Inode;
}

/** What answers for the sockets in no table. */
export interface SocketAsker {
  /** Why no socket may be asked; null where they may. */
  refusal(): Refusal | null;
  /** Whether it is known without asking to be of the process's own network namespace. */
  isAtHome(patient: Patient): boolean;
  /** Told of all that will be asked, before they are, and how long that may take. */
  prepare(patients: () => readonly Patient[], deadline: Deadline): Promise<void>;
  /** `gone` when the number now names nothing, or another socket. */
  ask(patient: Patient): ProbeOutcome;
  dispose(): void;
}

/**
 * Asks sockets of another process what they are, through duplicates of their descriptors.
 *
 * Only for sockets that are in no table. A duplicate of a live socket with SO_LINGER is closed on another thread: where its owner closes
 * meanwhile, that close(2) is the last one and blocks. On a socket in CLOSE, and without SO_LINGER, it never does.
 *
 * @see pidfd_open(2), pidfd_getfd(2); kernel net/ipv4/tcp.c __tcp_close(), sk_stream_wait_close()
 */
export class Autopsy implements SocketAsker {
  readonly #calls: KernelCalls;
  readonly #process: ProcessFolder;
  readonly #prober: SocketProber;
  readonly #pidfds = new Map<number | null, number>();
  #sockfs: string | null = null;

  /** `netns` is the network namespace of the process, to tell sockets of others. */
  constructor(calls: KernelCalls, process: ProcessFolder, netns: string | null) {
    this.#calls = calls;
    this.#process = process;
    this.#prober = new SocketProber(calls, netns);
  }

  isAtHome(): boolean {
    return false;
  }

  /** Why this process may not be asked; null when it may. Learnt from a number that no descriptor has. */
  refusal(): Refusal | null {
    const outcome = this.#duplicate(null, NO_DESCRIPTOR);
    if (typeof outcome === 'number') {
      this.#calls.close(outcome);
      return null;
    }
    if (outcome.kind !== 'failed') return null;
    return { status: this.#calls.errno() === ENOSYS ? 'unavailable' : 'denied', because: outcome.because };
  }

  async prepare(_patients: () => readonly Patient[], _deadline: Deadline): Promise<void> {}

  ask({ fd, tid, inode }: Patient): ProbeOutcome {
    if (this.#calls.closingElsewhere() >= MOST_CLOSING)
      return {
        kind: 'failed',
        because: `not probed: ${MOST_CLOSING} live sockets with SO_LINGER are still being closed`,
      };
    const duplicate = this.#duplicate(tid, fd);
    if (typeof duplicate !== 'number') return duplicate;
    let isDead = false;
    try {
      const stat = readStatOf(this.#calls, duplicate);
      // Files and sockets have the same numbers: only a socket's inode is one on the file system of sockets.
      if (stat === null) return { kind: 'failed', because: `statx: errno ${this.#calls.errno()}` };
      if (!isSocket(stat) || stat.inode !== inode || !this.#isOnSockets(stat.device)) return { kind: 'gone' };
      const outcome = this.#prober.examine(duplicate);
      isDead = outcome.kind === 'answered' && outcome.probe.info?.state === 'CLOSE';
      return outcome;
    } finally {
      if (isDead || !this.#prober.lingers(duplicate)) this.#calls.close(duplicate);
      else this.#calls.closeElsewhere(duplicate);
    }
  }

  /** Whether it is the file system that the kernel makes sockets on. */
  #isOnSockets(device: string): boolean {
    if (this.#sockfs === null) {
      const own = this.#calls.socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
      // Where none may be made, that it is a socket has to do.
      this.#sockfs = own < 0 ? device : (readStatOf(this.#calls, own)?.device ?? device);
      if (own >= 0) this.#calls.close(own);
    }
    return device === this.#sockfs;
  }

  dispose(): void {
    for (const pidfd of this.#pidfds.values()) this.#calls.close(pidfd);
    this.#pidfds.clear();
  }

  #duplicate(tid: number | null, fd: number): number | ProbeOutcome {
    const pidfd = this.#pidfd(tid);
    if (pidfd < 0) return this.#failure('pidfd_open');
    const duplicate = this.#calls.pidfdGetfd(pidfd, fd);
    return duplicate < 0 ? this.#failure('pidfd_getfd') : duplicate;
  }

  #pidfd(tid: number | null): number {
    const known = this.#pidfds.get(tid);
    if (known !== undefined) return known;
    const task = this.#process.task(tid);
    const pidfd = this.#calls.pidfdOpen(task, task === this.#process.pid ? 0 : PIDFD_THREAD);
    if (pidfd >= 0) this.#pidfds.set(tid, pidfd);
    return pidfd;
  }

  #failure(call: string): ProbeOutcome {
    const errno = this.#calls.errno();
    switch (errno) {
      case EBADF:
      case ESRCH:
        return { kind: 'gone' };
      case EPERM:
        return {
          kind: 'failed',
          because: `${call}: not permitted (needs the same user and no Yama restriction, or CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH)`,
        };
      case ENOSYS:
        return { kind: 'failed', because: `${call}: needs Linux 5.6` };
      default:
        return { kind: 'failed', because: `${call}: errno ${errno}` };
    }
  }
}
