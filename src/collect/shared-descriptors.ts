import { fdKey } from '../core/model/evidence.ts';
import type { OpenDescriptor } from '../core/model/open-descriptor.ts';
import type { Relation, Sharer, Sharers } from '../core/model/sharer.ts';
import type { ProcessFolder } from './process-folder.ts';
import { readComm, readParent } from './process-identity.ts';

/** Of a descriptor that hundreds of workers have, the first few stand for all. */
const MOST_SHARERS = 8;
/** Every process has these from its parent. */
const FIRST_OWN = 3;

/**
 * Finds out which open files of a process others hold too, while somebody goes through their links. A socket is recognised by its inode. Of
 * anything else fork(2) leaves the number as it was: where the link under that number is the same, kcmp(2) tells whether it is one open file.
 */
export class SharedDescriptors {
  readonly #process: ProcessFolder;
  readonly #listed: readonly OpenDescriptor[];
  #index: Index | null = null;
  readonly #found = new Map<string, Sharer[]>();
  readonly #who = new Map<string, Omit<Sharer, 'fd'>>();
  #exe: string | null | undefined;

  constructor(process: ProcessFolder, listed: readonly OpenDescriptor[]) {
    this.#process = process;
    this.#listed = listed;
  }

  /** A link of any process: `4242`, `7`, `socket:[39309]`. */
  see(pid: string, fd: string, link: string): void {
    if (pid === `${this.#process.pid}`) return;
    const { sockets, others } = (this.#index ??= toIndex(this.#listed));
    for (const one of sockets.get(link) ?? NONE) this.#add(one, pid, Number(fd));
    const other = others.get(fd);
    if (other?.link === link && this.#isOneFile(Number(pid), other.fd)) this.#add(other, pid, other.fd);
  }

  /** `isWhole`: every process was gone through. */
  toSharers(isWhole: boolean): Sharers {
    for (const sharers of this.#found.values()) sharers.sort((a, b) => RANK[a.relation] - RANK[b.relation]);
    return { byKey: this.#found, isWhole };
  }

  #isOneFile(pid: number, fd: number): boolean {
    return this.#process.calls?.compareFiles(this.#process.pid, fd, fd, pid) === 0;
  }

  #add({ fd, tid }: OpenDescriptor, pid: string, theirs: number): void {
    const key = fdKey(fd, tid);
    const known = this.#found.get(key) ?? [];
    // Relatives may be gone through twice.
    if (known.length >= MOST_SHARERS || known.some((one) => one.fd === theirs && `${one.pid}` === pid)) return;
    known.push({ ...this.#identify(pid), fd: theirs });
    this.#found.set(key, known);
  }

  #identify(pid: string): Omit<Sharer, 'fd'> {
    const known = this.#who.get(pid);
    if (known !== undefined) return known;
    const { proc } = this.#process;
    this.#exe ??= this.#readExe(this.#process.path());
    const exe = this.#readExe(pid);
    const isOtherProgram = exe === null || this.#exe === null ? null : exe !== this.#exe;
    const who = {
      pid: Number(pid),
      comm: readComm(proc, pid),
      relation: this.#relationOf(Number(pid)),
      isOtherProgram,
    };
    this.#who.set(pid, who);
    return who;
  }

  #readExe(folder: string): string | null {
    const exe = this.#process.proc.link(`${folder}/exe`);
    return exe.kind === 'read' ? exe.value : null;
  }

  #relationOf(pid: number): Relation {
    const { proc, pid: own } = this.#process;
    const ours = readParent(proc, own);
    if (pid === ours) return 'parent';
    const theirs = readParent(proc, pid);
    if (theirs === own) return 'child';
    // Processes that init has adopted are not related.
    return theirs !== null && theirs > 1 && theirs === ours ? 'sibling' : 'other';
  }
}

interface Index {
  readonly sockets: ReadonlyMap<string, readonly OpenDescriptor[]>;
  /** By number. */
  readonly others: ReadonlyMap<string, OpenDescriptor>;
}

const NONE: readonly OpenDescriptor[] = [];

function toIndex(listed: readonly OpenDescriptor[]): Index {
  const sockets = new Map<string, OpenDescriptor[]>();
  const others = new Map<string, OpenDescriptor>();
  for (const one of listed) {
    if (one.tid !== null || one.fd < FIRST_OWN) continue;
    const known = one.kind === 'socket' ? sockets.get(one.link) : undefined;
    if (one.kind !== 'socket') others.set(`${one.fd}`, one);
    else if (known === undefined) sockets.set(one.link, [one]);
    else known.push(one);
  }
  return { sockets, others };
}

const RANK = { parent: 0, child: 1, sibling: 2, other: 3 } as const satisfies Record<Relation, number>;
