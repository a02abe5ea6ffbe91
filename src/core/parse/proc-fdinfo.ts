import { type Inode, toInode } from '../model/inode.ts';
import type { ParseFault } from '../model/fault.ts';
import { toOpenFlags } from './open-flags.ts';
import { isDecimal, Misfit, toFault } from './table.ts';

/** One descriptor that an epoll set watches. `fd` is its number when it was added: it may be another file today. */
export interface EpollTargetRow {
  readonly fd: number;
  /** EPOLLIN is 1, EPOLLOUT 4 … */
  readonly events: number;
  /** This and `device`: null before Linux 4.13. */
  readonly inode: Inode | null;
  /** The kernel's own number: major << 20 | minor. */
  readonly device: number | null;
}

/** What `/proc/<pid>/fdinfo/<fd>` says; null where the line is not there or does not fit. */
export interface FdInfo {
  readonly pos: number | null;
  readonly flags: readonly string[] | null;
  readonly mntId: number | null;
  /** Since Linux 5.14. */
  readonly inode: Inode | null;
  readonly epollTargets: readonly EpollTargetRow[];
  /** For unix sockets: descriptors in flight towards it. */
  readonly scmFds: number | null;
  readonly eventfd: { readonly count: number; readonly id: number | null } | null;
  readonly timerfd: Timerfd | null;
  /** null also for an inotify that watches nothing: it prints no line. */
  readonly inotifyWatches: number | null;
  readonly fanotifyMarks: number | null;
  /** Files registered with an io_uring; null also where the kernel did not list them. */
  readonly ioUringUserFiles: number | null;
  /** -1 when the process has been reaped, 0 when it lives out of sight. */
  readonly pidfdPid: number | null;
  /** `{ type: 'map', id: 17 }`; null for what has no id. */
  readonly bpf: { readonly type: string; readonly id: number } | null;
  /** Of the master side of a terminal: the number of its `/dev/pts`. */
  readonly ttyIndex: number | null;
  /** Of /dev/net/tun: the interface, '' before it has one. */
  readonly interfaceName: string | null;
  /** Locks that the process holds through it. */
  readonly locks: number;
  /** Who took the first of them. */
  readonly lockedBy: number | null;
  readonly faults: readonly ParseFault[];
}

export interface Timerfd {
  readonly clockId: number;
  /** Expirations nobody has read yet. */
  readonly ticks: number | null;
  /** 0 when it is not armed. */
  readonly remainingMs: number | null;
  /** 0 when it does not repeat. */
  readonly intervalMs: number | null;
}

const LINE = /^(\S[^:]*):\s*(.*)$/;
const TARGET = /^(\d+) +events: +([0-9a-f]+) +data: +[0-9a-f]+(?: +pos:-?\d+ ino:([0-9a-f]+) sdev:([0-9a-f]+))?\s*$/;
/** A link also names the program behind it, so it comes first. */
const BPF_TYPES = ['link', 'map', 'prog', 'btf'] as const;
const USER_FILE = /^ *\d+: (?!<none>)/;
/** `1: FLOCK  ADVISORY  WRITE 4242 00:1f:7 0 EOF` @see proc_locks(5) */
const LOCK = /^\d+: \S+ +\S+ +\S+ +(-?\d+) /;
const TIME = /^\((\d+), (\d+)\)$/;

/**
 * Parses `/proc/<pid>/fdinfo/<fd>`: every descriptor has the first lines, each kind some more of its own.
 *
 *     pos:	0
 *     flags:	02004002
 *     mnt_id:	10
 *     ino:	164054
 *     tfd:        5 events:       19 data:                5  pos:0 ino:18d9e sdev:f
 *
 * `architecture` is that of the host, as Node names it: open flags have other bits on arm and ppc. Lines it
 * does not know are passed over; a known one that does not fit is in `faults`. Never throws.
 *
 * @see proc_pid_fdinfo(5); kernel fs/proc/fd.c seq_show(), fs/eventpoll.c ep_show_fdinfo()
 */
export function parseFdinfo(text: string, architecture = 'x64'): FdInfo {
  const reader = new FdinfoReader(text);
  const count = reader.match('eventfd-count', /^[0-9a-f]+$/);
  const clockId = reader.number('clockid');
  return {
    pos: reader.number('pos'),
    flags: reader.flags(architecture),
    mntId: reader.number('mnt_id'),
    inode: reader.inode(),
    epollTargets: reader.epollTargets(),
    scmFds: reader.number('scm_fds'),
    eventfd: count === null ? null : { count: Number.parseInt(count[0], 16), id: reader.number('eventfd-id') },
    timerfd:
      clockId === null
        ? null
        : {
            clockId,
            ticks: reader.number('ticks'),
            remainingMs: reader.timeMs('it_value'),
            intervalMs: reader.timeMs('it_interval'),
          },
    inotifyWatches: reader.count(/^inotify wd:/),
    fanotifyMarks: reader.fanotifyMarks(),
    ioUringUserFiles: reader.userFiles(),
    pidfdPid: reader.number('Pid'),
    bpf: reader.bpf(),
    ttyIndex: reader.number('tty-index'),
    interfaceName: reader.match('iff', /^\S{0,15}$/)?.[0] ?? null,
    locks: reader.count(/^lock:/) ?? 0,
    lockedBy: toLocker(reader.match('lock', LOCK)),
    faults: reader.faults,
  };
}

/** 0 lives in a namespace that we do not see; -1 is an open file description lock, which nobody owns. */
function toLocker(match: RegExpExecArray | null): number | null {
  const pid = Number(match?.[1] ?? 0);
  return pid > 0 ? pid : null;
}

class FdinfoReader {
  readonly faults: ParseFault[] = [];
  readonly #lines: readonly string[];
  readonly #values = new Map<string, { readonly line: number; readonly value: string }>();

  constructor(text: string) {
    this.#lines = text.split('\n');
    for (const [index, line] of this.#lines.entries()) {
      // An epoll set has tens of thousands.
      if (line.startsWith('tfd:')) continue;
      const [, key, value = ''] = LINE.exec(line) ?? [];
      if (key !== undefined && !this.#values.has(key)) this.#values.set(key, { line: index + 1, value: value.trim() });
    }
  }

  number(key: string): number | null {
    const digits = this.match(key, /^-?\d+$/);
    return digits === null ? null : Number(digits[0]);
  }

  inode(): Inode | null {
    const digits = this.match('ino', /^\d+$/);
    return digits === null ? null : toInode(digits[0]);
  }

  flags(architecture: string): readonly string[] | null {
    const octal = this.match('flags', /^[0-7]+$/);
    return octal === null ? null : toOpenFlags(Number.parseInt(octal[0], 8), architecture);
  }

  timeMs(key: string): number | null {
    const [, seconds, nanoseconds] = this.match(key, TIME) ?? [];
    return seconds === undefined ? null : Number(seconds) * 1000 + Number(nanoseconds) / 1e6;
  }

  match(key: string, shape: RegExp): RegExpExecArray | null {
    const found = this.#values.get(key);
    if (found === undefined) return null;
    const match = shape.exec(found.value);
    if (match === null) this.#addFault(found.line, key, found.value);
    return match;
  }

  epollTargets(): readonly EpollTargetRow[] {
    const targets: EpollTargetRow[] = [];
    for (const [index, line] of this.#lines.entries()) {
      if (!line.startsWith('tfd:')) continue;
      const value = line.slice('tfd:'.length).trim();
      const target = toEpollTarget(value);
      if (target === null) this.#addFault(index + 1, 'tfd', value);
      else targets.push(target);
    }
    return targets;
  }

  count(shape: RegExp): number | null {
    const count = this.#lines.filter((line) => shape.test(line)).length;
    return count === 0 ? null : count;
  }

  bpf(): FdInfo['bpf'] {
    for (const type of BPF_TYPES) {
      const id = this.number(`${type}_id`);
      if (id !== null) return { type, id };
    }
    return null;
  }

  /** One line for the group, then one for each mark. */
  fanotifyMarks(): number | null {
    const lines = this.count(/^fanotify /);
    return lines === null ? null : (this.count(/^fanotify (?:ino|mnt_id|sdev|mnt_ns):?/) ?? 0);
  }

  /** `UserFiles:` counts slots, the lines below it those in use; they are left out when the ring is busy. */
  userFiles(): number | null {
    const slots = this.number('UserFiles');
    if (slots === null || slots === 0) return slots;
    const below = this.#lines.slice(this.#lines.findIndex((line) => line.startsWith('UserFiles:')) + 1);
    const end = below.findIndex((line) => !line.startsWith(' '));
    const listed = below.slice(0, end === -1 ? below.length : end);
    return listed.length === 0 ? null : listed.filter((line) => USER_FILE.test(line)).length;
  }

  #addFault(line: number, field: string, found: string): void {
    this.faults.push(toFault('proc-fdinfo', line, new Misfit(field, found)));
  }
}

function toEpollTarget(value: string): EpollTargetRow | null {
  const [, fd = '', events = '', inode, device] = TARGET.exec(value) ?? [];
  if (!isDecimal(fd)) return null;
  return {
    fd: Number(fd),
    events: Number.parseInt(events, 16),
    inode: inode === undefined ? null : toInode(BigInt(`0x${inode}`).toString()),
    device: device === undefined ? null : Number.parseInt(device, 16),
  };
}
