import type { Relation } from './sharer.ts';
import type { Leak } from './verdict.ts';

/** The least and the most of what the members of a place have, where it is known of any. */
export interface Span {
  readonly least: number;
  readonly most: number;
}

/** Descriptors that are alike and came from, or lead to, one place. Numbers count those for which they are known; null: for none. */
export interface Place {
  /** `established`, `dead tcp`, `CLOSE_WAIT`, `file`, `unix datagram`. */
  readonly what: string;
  /** `accepted on 127.0.0.1:8080`, `to 10.0.0.7:5432`, `/proc/#/stat`; null where nothing more is known than what it is. */
  readonly where: string | null;
  readonly count: number;
  readonly fds: readonly number[];
  /** The thread whose own table holds them. */
  readonly tid: number | null;
  /** The worst of its members. */
  readonly leak: Leak;
  /** How long dead connections have been dead at most. */
  readonly oldestMs: number | null;
  readonly youngestMs: number | null;
  /** What of it came and stayed; one look tells that of the dead alone, where their times of death are known. */
  readonly perHour: number | null;
  /** How many different objects its members are, a file opened twice being one; null where that cannot be told. */
  readonly objects: number | null;
  /** How many open files they are, copies made by dup(2) being one; null where that cannot be told. */
  readonly opens: number | null;
  /** Pipes of which both ends are among its members; null where it has no pipe. */
  readonly wholePipes: number | null;
  /** Epoll sets among its members; null where it has none. */
  readonly sets: number | null;
  /** The one path that all of them have, as it is; null where they differ, or have none. */
  readonly path: string | null;
  /** How many different addresses their peers have; null where none has one. */
  readonly peers: number | null;
  /** Of listeners: clients that wait to be accepted, in all; null where that is not known, or there is none to listen. */
  readonly clientsWaiting: number | null;
  /** What instances of inotify watch. */
  readonly watches: Span | null;
  /** Since the last byte in or out of live connections. */
  readonly idleMs: Span | null;
  /** Of datagrams, the memory that they take. */
  readonly unreadBytes: Span | null;
  readonly unsentBytes: Span | null;
  /** Space or memory that they keep, in all. */
  readonly heldBytes: number | null;
  /** Live connections for which no timer runs: a peer that vanishes is never missed. */
  readonly timerless: number | null;
  /** Pidfds and /proc files of processes that have ended, pipes without another end. */
  readonly ended: number | null;
  /** Of live connections: how many have been quiet for much longer than all others, and for how long at least; null where none has. */
  readonly quiet: { readonly count: number; readonly forMs: number } | null;
  /** The process of this host that holds most of the other ends, how many those are, and how many processes hold any. */
  readonly otherEnd: {
    readonly pid: number;
    readonly comm: string;
    readonly count: number;
    readonly processes: number;
  } | null;
  /** The process that holds most of them as well, how many those are, and how many processes hold any; null where none was found. */
  readonly alsoHeldBy: {
    readonly pid: number;
    readonly comm: string;
    readonly relation: Relation;
    readonly count: number;
    readonly processes: number;
  } | null;
  /** Where deleted files keep their space: `/ (ext4)`; null where that is not known, or not one place. */
  readonly fileSystem: string | null;
  /** Members that some epoll set or thread waits on. */
  readonly attended: number | null;
}
