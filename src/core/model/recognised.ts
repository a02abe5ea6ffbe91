import type { Kind } from './descriptor.ts';
import type { Limit } from './limits.ts';

/** A number, or one for each process where a listing has several; null where it cannot be known from this part alone. */
export type PerProcess<Value> = Value | Readonly<Record<string, Value>> | null;

/** What one part of saved text says by itself, in numbers. */
export interface PartSummary {
  readonly pids: readonly number[] | null;
  /** Lines or records that describe one thing, cwd, txt and mem included. */
  readonly rows: number | null;
  /** Numbered descriptors, each once. */
  readonly descriptors: PerProcess<number>;
  readonly sockets: PerProcess<number>;
  /** TCP sockets, or sockets of a protocol that lsof could not identify, in no table. */
  readonly unlistedTcp: PerProcess<number>;
  readonly kinds: PerProcess<Readonly<Partial<Record<Kind, number>>>>;
  readonly states: Readonly<Record<string, number>> | null;
  readonly limits: { readonly soft: Limit | null; readonly hard: Limit | null } | null;
  readonly stacks: {
    readonly total: number;
    readonly groups: number;
    readonly largest: number;
    readonly suspectFrame: string | null;
  } | null;
  readonly handles: {
    readonly withFd: number;
    readonly tcp: number;
    readonly deadTcpFds: readonly number[];
  } | null;
}

/** One listing that was recognised in saved text. */
export interface RecognisedPart extends PartSummary {
  readonly file: string;
  /** What printed it: `lsof`, `proc-fd-listing`, `ss` … */
  readonly tool: string;
  /** First and last line in the file, both included. */
  readonly lines: readonly [first: number, last: number];
  /** The command that stood before it. */
  readonly command: string | null;
  /** Why it is not the whole. */
  readonly partial: readonly string[];
  /** Why it is not read, and what to run instead; null where it is. */
  readonly refused: { readonly because: string; readonly remedy: string } | null;
}

/** What saved text came to: its listings, and the lines that are none, the first hundred by number. */
export interface RecognisedText {
  /** Who the process runs as, by the name that a listing prints; null where none does. */
  readonly user: string | null;
  readonly parts: readonly RecognisedPart[];
  readonly unrecognised: readonly {
    readonly file: string;
    readonly count: number;
    readonly lines: readonly number[];
  }[];
}
