import { fstatSync } from 'node:fs';
import type { WalkRow, WalkSocket } from '../../core/model/walk.ts';
import type { KernelCalls } from '../kernel-calls.ts';
import type { KernelWalk } from './kernel-walk.ts';
import { checkNumbers } from './check-numbers.ts';
import { ANSWER, BACKLOG, type DeadConnection, type OwnConnection, SENT } from './descriptor-maker.ts';
import { type OwnDescriptors, withOwnDescriptors } from './own-descriptors.ts';

const ECONNRESET = 104;
const O_ACCMODE = 0o3;
/** Bits of `sk_flags`. @see kernel include/net/sock.h enum sock_flags */
const [SOCK_DONE, SOCK_KEEPOPEN, SOCK_LINGER] = [1 << 1, 1 << 3, 1 << 4];
const DEADLINE_MS = 1000;
/** A jiffy of the slowest kernel, and what clocks are read apart. */
const COARSE_MS = 12;
const FINE_MS = 1;

/** `hasV6`: whether addresses of IPv6 could be checked. `isOurNumbering`: whether the kernel's process numbers are the ones we see. */
export type SelfCheck =
  | { readonly kind: 'passed'; readonly hasV6: boolean; readonly isOurNumbering: boolean }
  | { readonly kind: 'not-passed'; readonly because: string };

/**
 * Walks over this process and compares each value that the walk reads with what is known of descriptors made for it: offsets that are off,
 * of a kernel nobody has tried or from a spoilt cache, then say nothing of anybody else.
 */
export async function checkOnOurselves(walk: KernelWalk, calls: KernelCalls, netns: string | null): Promise<SelfCheck> {
  const checked = await withOwnDescriptors(calls, async (own): Promise<SelfCheck> => {
    const startedAt = performance.now();
    const walked = await walk.walk({ kind: 'process', pid: process.pid }, DEADLINE_MS);
    if (walked.kind === 'failed') return { kind: 'not-passed', because: walked.because };
    const numbers = await checkNumbers(walk, walked.rows);
    if (numbers !== null) return { kind: 'not-passed', because: numbers };
    const check = new Check(walked.rows, own, { netns, startedAt, endedAt: performance.now() });
    const wrong = check.wrong();
    if (wrong.length > 0) return { kind: 'not-passed', because: `it is wrong about our own ${wrong.join(', ')}` };
    const isOurNumbering = walked.rows.every(({ pid }) => pid === process.pid);
    return { kind: 'passed', hasV6: own.dead.length > 1, isOurNumbering };
  });
  return checked.kind === 'not-made'
    ? { kind: 'not-passed', because: `nothing to check it on: ${checked.because}` }
    : checked;
}

interface When {
  readonly netns: string | null;
  readonly startedAt: number;
  readonly endedAt: number;
}

class Check {
  readonly #rows: ReadonlyMap<number, WalkRow>;
  readonly #own: OwnDescriptors;
  readonly #when: When;
  readonly #wrong = new Set<string>();

  constructor(rows: readonly WalkRow[], own: OwnDescriptors, when: When) {
    this.#rows = new Map(rows.map((row) => [row.fd, row]));
    this.#own = own;
    this.#when = when;
  }

  /** What it is wrong about, in words. */
  wrong(): readonly string[] {
    this.#checkFiles();
    this.#checkTcp();
    this.#checkEnded(this.#own.ended);
    for (const dead of this.#own.dead) this.#checkDead(dead);
    this.#checkOthers();
    return [...this.#wrong];
  }

  #checkFiles(): void {
    const { file, pipe, listener } = this.#own;
    for (const fd of [file.fd, pipe.reader, listener]) this.#checkStat(fd);
    const [reader, dup, second] = [this.#row(pipe.reader), this.#row(pipe.dup), this.#row(pipe.secondReader)];
    this.#need('file', this.#row(file.fd)?.link === file.link);
    this.#needLike('pipe', reader?.pipe, { readers: 2, writers: 1 });
    this.#need('pipe', reader?.link === `pipe:[${this.#own.inodeOf(pipe.reader)}]`);
    this.#need('duplicate', reader !== undefined && reader.file === dup?.file && reader.file !== second?.file);
    const isAnyWatched = [...this.#rows.values()].some(({ isWatched }) => isWatched);
    this.#need('epoll', reader?.isWatched === false && isAnyWatched);
    for (const [access, fd] of [pipe.reader, pipe.writer, listener].entries())
      this.#need('flags', ((this.#row(fd)?.flags ?? -1) & O_ACCMODE) === access);
  }

  #checkStat(fd: number): void {
    const { ino, mode, dev, nlink } = fstatSync(fd, { bigint: true });
    const row = this.#row(fd);
    this.#need('inode', row?.inode === `${ino}`);
    this.#need('mode', row?.mode === Number(mode));
    this.#need('links', row?.links === Number(nlink));
    this.#need('device', row?.device === `${(dev >> 8n) & 0xfffn}:${(dev & 0xffn) | ((dev >> 12n) & 0xfff00n)}`);
  }

  #checkTcp(): void {
    const { listener, alive, fresh, cookie } = this.#own;
    const listening = this.#tcp(listener);
    this.#needLike('listener', listening, { state: 'LISTEN', cookie });
    this.#needLike('listener', listening?.local, alive.acceptedOn);
    this.#needLike('accept queue', listening?.acceptQueue, { waiting: 1, backlog: BACKLOG });
    const connected = this.#tcp(alive.accepted);
    this.#needLike('connection', connected, { state: 'ESTABLISHED', error: 0, shutdown: 0 });
    this.#needLike('addresses', connected?.local, alive.acceptedOn);
    this.#needLike('addresses', connected?.remote, alive.from);
    const acked = connected?.tcp?.bytesAcked ?? -1;
    this.#need('bytes', acked >= ANSWER.length && acked <= ANSWER.length + 1);
    this.#checkReceived(connected);
    this.#needLike('flags of sockets', connected?.tcp, { flags: SOCK_KEEPOPEN });
    this.#checkCoarse(connected?.tcp?.sinceSentMs ?? null);
    this.#checkInfo(connected, alive.accepted);
    const never = this.#tcp(fresh);
    this.#needLike('fresh socket', never, { state: 'CLOSE', error: 0, remote: null });
    this.#needLike('fresh socket', never?.tcp, { flags: 0, receiveSpace: 0, sinceEventMs: null });
    this.#needLike('fresh socket', never?.local, { port: 0 });
  }

  #checkEnded({ accepted }: OwnConnection): void {
    const ended = this.#tcp(accepted);
    this.#needLike('ended connection', ended, { state: 'CLOSE_WAIT', shutdown: 1 });
    this.#needLike('flags of sockets', ended?.tcp, { flags: SOCK_DONE | SOCK_LINGER });
    this.#checkReceived(ended);
  }

  #checkDead({ accepted, acceptedOn, from, ...times }: DeadConnection): void {
    const dead = this.#tcp(accepted);
    this.#needLike('dead connection', dead, { state: 'CLOSE', error: ECONNRESET, shutdown: 3 });
    this.#needLike('dead connection', dead?.tcp, { flags: 0, answered: false });
    this.#checkInfo(dead, accepted);
    // Of a living one it changes with each acknowledgement.
    this.#need('memory', dead?.memoryBytes === this.#own.memoryOf(accepted));
    this.#need('dead connection', (dead?.tcp?.receiveSpace ?? 0) > 0);
    this.#needLike('addresses', dead?.local, acceptedOn);
    this.#needLike('addresses', dead?.remote, from);
    this.#checkReceived(dead);
    this.#needAge('time of death', dead?.tcp?.sinceEventMs, { after: times.diedAfter, before: times.diedBefore });
  }

  #needAge(
    what: string,
    ageMs: number | null | undefined,
    at: { readonly after: number; readonly before: number },
  ): void {
    const { startedAt, endedAt } = this.#when;
    const age = ageMs ?? -1;
    this.#need(what, age >= Math.max(startedAt - at.before - FINE_MS, 0) && age <= endedAt - at.after + FINE_MS);
  }

  #checkReceived(socket: WalkSocket | null): void {
    this.#needLike('bytes', socket?.tcp, { bytesReceived: SENT.length, unreadBytes: SENT.length });
    this.#checkCoarse(socket?.tcp?.sinceReceivedMs ?? null);
  }

  /** What the socket answers itself. Ages of it are of a moment later. */
  #checkInfo(socket: WalkSocket | null, fd: number): void {
    const { lastDataSentMs, lastDataRecvMs, lastAckRecvMs, ...rest } = this.#own.infoOf(fd);
    this.#need('TCP', socket?.tcp?.receiveSpace === rest.rcvSpace);
    const info = socket?.tcp?.info ?? null;
    if (info === null) return;
    this.#needLike('TCP', info, rest);
    const sinceMs = performance.now() - this.#when.startedAt + 2 * COARSE_MS;
    const isNear = (walked: number, asked: number): boolean => walked <= asked && asked - walked <= sinceMs;
    const sentAndAcked = isNear(info.lastDataSentMs, lastDataSentMs) && isNear(info.lastAckRecvMs, lastAckRecvMs);
    this.#need('coarse times', sentAndAcked && isNear(info.lastDataRecvMs, lastDataRecvMs));
  }

  /** Of something that happened since the descriptors were made; null, not known, is no error. */
  #checkCoarse(sinceMs: number | null): void {
    const { endedAt } = this.#when;
    const first = this.#own.dead[0]?.diedAfter ?? endedAt;
    this.#need('coarse times', sinceMs === null || sinceMs <= endedAt - first + 2 * COARSE_MS);
  }

  #checkOthers(): void {
    const { boundUdp, unixPair, unixAlone } = this.#own;
    const udp = this.#row(boundUdp.fd)?.socket;
    this.#needLike('datagram socket', udp, { family: 2, type: 2, protocol: 17 });
    this.#needLike('datagram socket', udp?.local, boundUdp.at);
    const [one, other] = unixPair.map((fd) => this.#row(fd)?.socket);
    this.#needLike('unix sockets', one, { family: 1, tcp: null });
    this.#needLike('unix sockets', one?.unix, { peer: other?.identity ?? 0, peerIsHeld: true });
    this.#needLike('unix sockets', other?.unix, { peer: one?.identity ?? 0, peerIsHeld: true });
    this.#need('unix sockets', one?.identity !== other?.identity);
    this.#needLike('unix sockets', this.#row(unixAlone)?.socket?.unix, { peerIsHeld: false });
  }

  /** A TCP socket of ours. All lie in our own network namespace. */
  #tcp(fd: number): WalkSocket | null {
    const socket = this.#row(fd)?.socket ?? null;
    const { netns } = this.#when;
    this.#need('network namespace', netns === null || this.#row(fd)?.netns === netns);
    this.#need('network namespace', netns === null || socket?.netns === netns);
    this.#need('TCP', socket?.type === 1 && socket.protocol === 6 && socket.tcp !== null);
    return socket;
  }

  #row(fd: number): WalkRow | undefined {
    return this.#rows.get(fd);
  }

  #needLike<T extends object>(what: string, found: T | null | undefined, expected: Partial<T>): void {
    const isLike = (key: keyof T): boolean => found?.[key] === expected[key];
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the keys of a Partial are keys of the whole
    this.#need(what, (Object.keys(expected) as (keyof T)[]).every(isLike));
  }

  #need(what: string, isRight: boolean): void {
    if (!isRight) this.#wrong.add(what);
  }
}
