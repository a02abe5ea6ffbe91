import { read } from 'node:fs';
import { assembleWalk, PATH_BYTES } from '../../core/bpf/program.ts';
import type { Offsets } from '../../core/bpf/offsets.ts';
import { parseRecords } from '../../core/bpf/record.ts';
import { WalkMemory } from '../../core/bpf/walk-memory.ts';
import type { WalkRow } from '../../core/model/walk.ts';
import type { KernelCalls } from '../kernel-calls.ts';
import { BpfCall } from './bpf-call.ts';
import { type WalkFailure, toWalkFailure } from './walk-failure.ts';

/** `thread`: one table, for a process whose leader has exited; the kernel would walk it once for each of its threads. */
export type WalkScope =
  | { readonly kind: 'process'; readonly pid: number }
  | { readonly kind: 'thread'; readonly tid: number }
  | { readonly kind: 'host' };

export type Walked =
  | { readonly kind: 'walked'; readonly rows: readonly WalkRow[]; readonly tookMs: number }
  | { readonly kind: 'failed'; readonly because: string };

export type WalkLoad =
  | { readonly kind: 'loaded'; readonly walk: KernelWalk }
  | { readonly kind: 'unavailable'; readonly failure: WalkFailure };

/** Rows of 500 bytes. Threads whose table is not that of the process are walked one by one, also where they share it. */
const MOST_ROWS = 250_000;

/** The kernel hands out 32 KiB at most for one read(2). @see kernel kernel/bpf/bpf_iter.c bpf_seq_read() */
const CHUNK_BYTES = 1 << 15;

/**
 * The kernel's own walk over open descriptors: a program of ours that it runs for each of them (`core/bpf`).
 *
 * Each open file is held for about a microsecond. Where its owner closes it just then, the closing is ours, and with SO_LINGER it can wait
 * for seconds: so reads are on another thread and under a deadline. Loaded once for many walks; one at a time.
 */
export class KernelWalk {
  readonly #bpf: BpfCall;
  readonly #calls: KernelCalls;
  readonly #mapFd: number;
  readonly #programFd: number;
  #busy: Promise<void> | null = null;
  #holders = 1;

  constructor(calls: KernelCalls, mapFd: number, programFd: number) {
    this.#bpf = new BpfCall(calls);
    this.#calls = calls;
    this.#mapFd = mapFd;
    this.#programFd = programFd;
  }

  /** Every descriptor of the scope, each as it was at one instant. `failed` where the deadline passed, or a walk before it still hangs. */
  async walk(scope: WalkScope, deadlineMs: number): Promise<Walked> {
    const rows: WalkRow[] = [];
    const startedAt = performance.now();
    const because = await this.#walk(scope, deadlineMs, (some) => {
      for (const row of some) rows.push(row);
      return rows.length > MOST_ROWS ? `more than ${MOST_ROWS} descriptors, those of a thread counted again` : null;
    });
    return because === null ? { kind: 'walked', rows, tookMs: performance.now() - startedAt } : failed(because);
  }

  /** Every descriptor of every process, handed to `take` as it comes: a row is not to be kept. null where all were, else why not. */
  async walkHost(deadlineMs: number, take: (row: WalkRow) => void): Promise<string | null> {
    return await this.#walk({ kind: 'host' }, deadlineMs, (rows) => {
      for (const row of rows) take(row);
      return null;
    });
  }

  /** Keeps it loaded for one more that will dispose of it. */
  hold(): this {
    this.#holders += 1;
    return this;
  }

  /** Lets the kernel forget the program when the last that holds it does; once a walk that hangs has ended. */
  dispose(): void {
    this.#holders -= 1;
    if (this.#holders !== 0) return;
    this.#bpf.close(this.#programFd);
    this.#bpf.close(this.#mapFd);
  }

  async #walk(scope: WalkScope, deadlineMs: number, take: Take): Promise<string | null> {
    if (this.#busy !== null) return 'the walk before this one still waits for a closing socket';
    const opened = this.#open(scope);
    if ('because' in opened) return opened.because;
    const cut = { isCut: false };
    const whole = this.#readAll(opened.fd, take, cut);
    this.#keepBusy(whole, opened);
    const outcome = await withDeadline(whole, deadlineMs);
    cut.isCut = true;
    return outcome;
  }

  #open(scope: WalkScope): Opened | { readonly because: string } {
    const filter =
      scope.kind === 'host' ? null : scope.kind === 'thread' ? { thread: scope.tid } : { process: scope.pid };
    const linkFd = this.#bpf.link(this.#programFd, filter);
    if (linkFd < 0) return { because: toWalkFailure('link', -linkFd).because };
    const fd = this.#bpf.iterate(linkFd);
    if (fd >= 0) return { fd, linkFd };
    this.#bpf.close(linkFd);
    return { because: toWalkFailure('link', -fd).because };
  }

  /** null where all was read, else why not. The kernel walks on while what it wrote last is parsed. */
  async #readAll(fd: number, take: Take, cut: { readonly isCut: boolean }): Promise<string | null> {
    const memory = new WalkMemory();
    let chunk = Buffer.allocUnsafeSlow(CHUNK_BYTES);
    let other = Buffer.allocUnsafeSlow(CHUNK_BYTES);
    let reading = readChunk(fd, chunk);
    for (;;) {
      const count = await reading;
      if (typeof count === 'string') return `read(2) of the walk: ${count}`;
      if (count === 0) return null;
      if (cut.isCut) return 'given up';
      reading = readChunk(fd, other);
      const parsed = parseRecords(new Uint8Array(chunk.subarray(0, count)), memory);
      const because = parsed === null ? 'the walk wrote records that do not fit' : take(parsed);
      if (because !== null) {
        // Its descriptor is closed once nothing reads from it.
        await reading;
        return because;
      }
      [chunk, other] = [other, chunk];
    }
  }

  #keepBusy(whole: Promise<unknown>, { fd, linkFd }: Opened): void {
    const letGo = holdExit(this.#calls);
    this.#busy = whole.then(() => {
      letGo();
      this.#bpf.close(fd);
      this.#bpf.close(linkFd);
      this.#busy = null;
    });
  }
}

/** Reads under way, of all walks of this process. */
let underWay = 0;
let isExitWatched = false;

/** Node waits at its end for reads on other threads: for seconds, where a close lingers. While a read is under way it ends at once. */
function holdExit(calls: KernelCalls): () => void {
  if (!isExitWatched) process.once('exit', (status) => underWay > 0 && calls.exitAtOnce(status));
  isExitWatched = true;
  underWay += 1;
  return () => {
    underWay -= 1;
  };
}

/** Told of rows as they come; why no more are wanted, else null. */
type Take = (rows: readonly WalkRow[]) => string | null;

interface Opened {
  readonly fd: number;
  readonly linkFd: number;
}

function failed(because: string): Walked {
  return { kind: 'failed', because };
}

/** How many bytes; the errno's name where there is one. EAGAIN means no more than: nothing yet, of a million descriptors. */
function readChunk(fd: number, into: Buffer): Promise<number | string> {
  return new Promise((resolve) => {
    const readOnce = (): void =>
      read(fd, into, 0, into.length, null, (error, count) => {
        if (error === null) resolve(count);
        else if (error.code === 'EAGAIN' || error.code === 'EINTR') readOnce();
        else resolve(error.code ?? error.message);
      });
    readOnce();
  });
}

async function withDeadline(whole: Promise<string | null>, deadlineMs: number): Promise<string | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve(`the walk took longer than ${deadlineMs} ms`), deadlineMs);
  });
  try {
    return await Promise.race([whole, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Creates the map, before anything that costs time: it tells most that may not. */
export function createWalkMap(calls: KernelCalls): number | WalkFailure {
  const mapFd = new BpfCall(calls).createMap(PATH_BYTES);
  return mapFd >= 0 ? mapFd : toWalkFailure('map', -mapFd);
}

/** Assembles the program for this kernel and lets its verifier judge it. The map is closed where it is refused. */
export function loadWalkProgram(calls: KernelCalls, mapFd: number, offsets: Offsets): WalkLoad {
  const bpf = new BpfCall(calls);
  const { fd, log } = bpf.loadProgram(assembleWalk(offsets, mapFd), offsets.iteratorId);
  if (fd >= 0) return { kind: 'loaded', walk: new KernelWalk(calls, mapFd, fd) };
  bpf.close(mapFd);
  return { kind: 'unavailable', failure: toWalkFailure('program', -fd, log) };
}
