import type { Inode } from '../core/model/inode.ts';
import type { ProbeOutcome, Refusal } from '../core/model/probe.ts';
import type { KernelCalls } from './kernel-calls.ts';
import type { ProcessFolder } from './process-folder.ts';
import { SocketProber } from './socket-prober.ts';
import { readInode } from './stat-buffer.ts';

const PIDFD_THREAD = 0o200;
/** Above every number the kernel hands out. */
const NO_DESCRIPTOR = 0x7fff_ffff;

const EPERM = 1;
const ESRCH = 3;
const EBADF = 9;
const ENOSYS = 38;

/** A socket to be asked, and the inode it must still have. */
export interface Patient {
  readonly fd: number;
  readonly tid: number | null;
  readonly inode: Inode;
}

/**
 * Asks sockets of another process what they are, through duplicates of their descriptors.
 *
 * Only for sockets that are in no table. A duplicate of a socket that turns out to be alive is closed on another thread: with
 * SO_LINGER, and an owner that closes meanwhile, that close(2) is the last one and blocks. On a socket in CLOSE it never does.
 *
 * @see pidfd_open(2), pidfd_getfd(2); kernel net/ipv4/tcp.c __tcp_close(), sk_stream_wait_close()
 */
export class Autopsy {
  readonly #calls: KernelCalls;
  readonly #process: ProcessFolder;
  readonly #prober: SocketProber;
  readonly #pidfds = new Map<number | null, number>();

  /** `netns` is the network namespace of the process, to tell sockets of others. */
  constructor(calls: KernelCalls, process: ProcessFolder, netns: string | null) {
    this.#calls = calls;
    this.#process = process;
    this.#prober = new SocketProber(calls, netns);
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

  /** Asks one socket. `gone` when the number names nothing, or another socket, by now. */
  ask({ fd, tid, inode }: Patient): ProbeOutcome {
    const duplicate = this.#duplicate(tid, fd);
    if (typeof duplicate !== 'number') return duplicate;
    let isDead = false;
    try {
      if (readInode(this.#calls, duplicate) !== inode) return { kind: 'gone' };
      const probe = this.#prober.examine(duplicate);
      isDead = probe.info?.state === 'CLOSE';
      return { kind: 'answered', probe };
    } finally {
      if (isDead) this.#calls.close(duplicate);
      else this.#calls.closeElsewhere(duplicate);
    }
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
          because: `${call}: not permitted (it takes the same user and no Yama restriction, or CAP_SYS_PTRACE)`,
        };
      case ENOSYS:
        return { kind: 'failed', because: `${call}: it takes Linux 5.6` };
      default:
        return { kind: 'failed', because: `${call}: errno ${errno}` };
    }
  }
}
