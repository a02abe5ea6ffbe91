import type { Descriptor } from '../model/descriptor.ts';
import { type Evidence, fdKey } from '../model/evidence.ts';
import type { Inode } from '../model/inode.ts';
import type { Viewer } from '../model/viewer.ts';
import type { Limits } from '../model/limits.ts';

/** What a comparison needs to know beside the evidence. */
export interface Compared {
  readonly process: { readonly pid: number; readonly uid: number | null };
  readonly viewer: Viewer;
  readonly limits: Limits;
  readonly descriptorsTookMs: number | null;
  /** What was open once the tools had ended, to explain what they saw otherwise; null when no tool ran. */
  readonly openAfterTools: ReadonlySet<string> | null;
  /** Descriptors that were closed between the looks, by `fdKey`. */
  readonly dropped: ReadonlySet<string>;
  /** Whether the process lives in another network namespace than we. */
  readonly isForeignToUs: boolean;
}

/** What the descriptors of a process come to. */
export interface Held {
  readonly descriptors: number;
  readonly sockets: number;
  /** Sockets in a table of the own namespace, and of another. */
  readonly own: number;
  readonly foreign: number;
}

/** Our own picture, in the shape that comparisons ask for. */
export class OwnView {
  readonly evidence: Evidence;
  readonly compared: Compared;
  readonly #descriptors: readonly Descriptor[];
  #held: Held | null = null;
  #byFd: ReadonlyMap<number, Descriptor> | null = null;
  #byInode: ReadonlyMap<Inode, Descriptor> | null = null;

  constructor(evidence: Evidence, compared: Compared, descriptors: readonly Descriptor[]) {
    this.evidence = evidence;
    this.compared = compared;
    this.#descriptors = descriptors;
  }

  /** Whether the descriptors could be listed: else nothing can be matched to them. */
  get isListed(): boolean {
    return this.evidence.open.kind === 'read';
  }

  get held(): Held {
    return (this.#held ??= countHeld(this.#descriptors));
  }

  get byFd(): ReadonlyMap<number, Descriptor> {
    return (this.#byFd ??= new Map(this.#own().map((one) => [one.fd, one])));
  }

  /** Sockets only. */
  get byInode(): ReadonlyMap<Inode, Descriptor> {
    return (this.#byInode ??= new Map(
      this.#own().flatMap((one) => (one.kind === 'socket' && one.inode !== null ? [[one.inode, one]] : [])),
    ));
  }

  #own(): readonly Descriptor[] {
    return this.#descriptors.filter(({ tid }) => tid === null);
  }

  /** Sockets of this process, by inode, that some table lists. */
  lists(inode: Inode): boolean {
    return this.byInode.get(inode)?.socket?.listed === true;
  }

  /** Whether it is open no more. */
  hasGone(fd: number): boolean {
    const { openAfterTools } = this.compared;
    return this.wasDropped(fd) || (openAfterTools !== null && !openAfterTools.has(`${fd}`));
  }

  /** Whether it was listed at first, and closed at the second look. */
  wasDropped(fd: number): boolean {
    return this.compared.dropped.has(fdKey(fd, null));
  }
}

function countHeld(descriptors: readonly Descriptor[]): Held {
  let [sockets, own, foreign] = [0, 0, 0];
  descriptors.forEach(({ kind, socket }) => {
    if (kind !== 'socket') return;
    sockets++;
    if (socket?.listed !== true) return;
    if (socket.foreign === true) foreign++;
    else own++;
  });
  return { descriptors: descriptors.length, sockets, own, foreign };
}
