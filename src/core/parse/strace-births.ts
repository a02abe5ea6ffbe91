import type { Birth, BirthLog, TraceFrame } from '../model/birth.ts';
import { DUP_COMMANDS, MAKERS, PAIR_MAKERS } from '../model/birth-calls.ts';

/** `[pid 4250] accept4(3, …) = 21`; the number is left out while there is one thread. */
const LINE = /^(?:\[pid +(\d+)\] )?(.*)$/;
const CALL = /^(\w+)\((.*)$/;
const CLOSE = /^close\((\d+)/;
const RESUMED = /^<\.\.\. (\w+) resumed>(.*)$/;
const UNFINISHED = / ?<unfinished \.\.\.>$/;
const RESULT = /\)\s+= (-?\d+|0x[0-9a-f]+)(?:<.*>)?(?: [A-Z].*| \(.*\))?$/;
/** ` > /usr/bin/relay(take+0x1a) [0x11a3]`. */
const FRAME = /^ > (.*?)\((.*?)(?:\+0x[0-9a-f]+)?\) \[0x([0-9a-f]+)\]$/;
const SET_FLAG = /^(\d+)(?:<[^>]*>)?, F_SETFD, (\w+)\)/;
const PAIR = /\[(\d+)(?:<[^>]*>)?, (\d+)(?:<[^>]*>)?\]/;
const MAKES: ReadonlySet<string> = new Set<string>(MAKERS);
const MOST_COMPLAINTS = 5;
/** strace says that it follows a new thread in the middle of the line of the call that made it. */
const BROKEN = /^(.+)strace: Process (\d+) attached$/;
const REST = /^(?:,| =>|\)| <unfinished)/;

interface Open {
  readonly fds: readonly number[];
  readonly call: string;
  readonly frames: TraceFrame[];
}

/**
 * Reads the output of `strace -f -k`, a line at a time: each call, and under it its stack.
 *
 *     openat(AT_FDCWD, "/etc/group", O_RDONLY) = 23
 *      > /usr/lib/x86_64-linux-gnu/libc.so.6(__open64+0x51) [0xf8011]
 *      > /usr/bin/relay(open_c+0x1a) [0x11db]
 *
 * Children that are not threads have tables of their own: their calls are left out. Never throws.
 *
 * @see strace(1)
 */
export class StraceBirths {
  readonly #alive = new Map<number, Birth>();
  readonly #sites = new Map<string, Birth & { count: number }>();
  readonly #threads: Set<number>;
  readonly #children = new Set<number>();
  readonly #started = new Map<number, string>();
  readonly #complaints: string[] = [];
  readonly #pid: number;
  #open: Open | null = null;
  #broken = '';
  #opened = 0;
  #executed = false;
  /** Numbers that exec closes. */
  readonly #untilExec = new Set<number>();

  /** `threads` are those that it had when strace was attached. */
  constructor(pid: number, threads: readonly number[]) {
    this.#pid = pid;
    this.#threads = new Set([pid, ...threads]);
  }

  read(text: string): void {
    if (text.startsWith(' > ')) return this.#readFrame(text);
    this.#settle();
    const line = this.#broken !== '' && REST.test(text) ? this.#broken + text : text;
    const [, head = '', id] = BROKEN.exec(line) ?? [];
    this.#broken = head;
    if (/^(?:\[pid +\d+\] )?(?:clone|v?fork)/.test(head)) this.#readClone(head, Number(id));
    if (head !== '') return;
    if (line.startsWith('strace: ')) return this.#complain(line);
    const [, pid, rest = ''] = LINE.exec(line) ?? [];
    const tid = pid === undefined ? this.#pid : Number(pid);
    if (this.#children.has(tid)) return;
    const whole = this.#join(tid, rest);
    if (whole !== null) this.#readCall(whole, tid);
  }

  end(): BirthLog {
    this.#settle();
    return {
      opened: this.#opened,
      alive: this.#alive,
      sites: [...this.#sites.values()],
      executed: this.#executed,
      isWhole: true,
      complaints: this.#complaints,
    };
  }

  /** A call that another thread's line broke in two is read when its second half comes. */
  #join(tid: number, text: string): string | null {
    if (UNFINISHED.test(text)) {
      const head = text.replace(UNFINISHED, '');
      // The number may be reused before strace shows the end of this call.
      const [, closed] = CLOSE.exec(head) ?? [];
      if (closed === undefined) this.#started.set(tid, head);
      else this.#alive.delete(Number(closed));
      return null;
    }
    const [, , rest] = RESUMED.exec(text) ?? [];
    if (rest === undefined) return text;
    const head = this.#started.get(tid);
    this.#started.delete(tid);
    return head === undefined ? null : head + rest;
  }

  #readCall(text: string, tid: number): void {
    const [, call, rest = ''] = CALL.exec(text) ?? [];
    const [, result] = RESULT.exec(rest) ?? [];
    if (call === undefined || result === undefined) return;
    const returned = Number(result);
    if (returned < 0) return;
    if (call.startsWith('clone') || call.endsWith('fork')) this.#readClone(rest, returned);
    else if (call === 'execve') this.#execute(tid);
    else if (call === 'close') this.#alive.delete(firstNumber(rest));
    else if (call === 'close_range') this.#closeRange(rest);
    else this.#readMaker(call, rest, returned);
  }

  #readMaker(call: string, rest: string, returned: number): void {
    const [, one, two] = call in PAIR_MAKERS ? (PAIR.exec(rest) ?? []) : [];
    if (one !== undefined && two !== undefined) this.#open = { fds: [Number(one), Number(two)], call, frames: [] };
    else if (MAKES.has(call) || (call === 'fcntl' && isDup(rest))) this.#open = { fds: [returned], call, frames: [] };
    const isUntilExec = rest.includes('CLOEXEC') || call === 'pidfd_open';
    for (const fd of this.#open?.fds ?? []) this.#mark(fd, isUntilExec);
    const [, changed, flag] = SET_FLAG.exec(rest) ?? [];
    if (call === 'fcntl' && changed !== undefined) this.#mark(Number(changed), flag === 'FD_CLOEXEC');
  }

  #mark(fd: number, isUntilExec: boolean): void {
    if (isUntilExec) this.#untilExec.add(fd);
    else this.#untilExec.delete(fd);
  }

  #execute(tid: number): void {
    if (tid !== this.#pid) return;
    this.#executed = true;
    for (const fd of this.#untilExec) this.#alive.delete(fd);
    this.#untilExec.clear();
  }

  #readClone(rest: string, id: number): void {
    if (rest.includes('CLONE_THREAD')) this.#threads.add(id);
    else if (id > 0 && !this.#threads.has(id)) this.#children.add(id);
  }

  #closeRange(rest: string): void {
    const [first = 0, last = Infinity] = rest.split(',').map((one) => Number.parseInt(one.trim(), 10));
    if (rest.includes('CLOEXEC')) return;
    for (const fd of this.#alive.keys()) if (fd >= first && !(fd > last)) this.#alive.delete(fd);
  }

  #readFrame(line: string): void {
    const [, module, name, offset] = FRAME.exec(line) ?? [];
    if (this.#open === null || module === undefined || offset === undefined) return;
    this.#open.frames.push({
      function: name === undefined || name === '' ? null : unescape(name),
      module: unescape(module),
      offset: Number.parseInt(offset, 16),
      address: null,
      file: null,
      line: null,
    });
  }

  /** A call is complete when the next line is not of its stack. */
  #settle(): void {
    if (this.#open === null) return;
    const { fds, call, frames } = this.#open;
    this.#open = null;
    for (const fd of fds) {
      this.#opened++;
      this.#alive.set(fd, { call, frames });
      const key = keyOfBirth({ call, frames });
      const site = this.#sites.get(key);
      if (site === undefined) this.#sites.set(key, { call, frames, count: 1 });
      else site.count++;
    }
  }

  #complain(line: string): void {
    if (/ (?:attached|detached)\b/.test(line) || this.#complaints.length >= MOST_COMPLAINTS) return;
    this.#complaints.push(line.slice('strace: '.length));
  }
}

/** The same for births by the same call in the same stack. */
export function keyOfBirth({ call, frames }: Birth): string {
  return `${call} ${frames.map(({ module, function: name, offset, address }) => `${module}:${name}:${offset ?? address}`).join(' ')}`;
}

/** `std\\x3a\\x3avector`: strace escapes what it uses itself. */
function unescape(name: string): string {
  return name.replaceAll(/\\x([0-9a-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

function firstNumber(text: string): number {
  return Number.parseInt(text, 10);
}

function isDup(rest: string): boolean {
  return /^\d+(?:<[^>]*>)?, F_DUPFD/.test(rest) || DUP_COMMANDS.some((one) => rest.includes(`, ${one},`));
}
