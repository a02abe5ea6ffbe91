import type { Patient, SocketAsker } from '../../collect/autopsy.ts';
import type { Deadline } from '../../collect/deadline.ts';
import { readOtherTables } from '../../collect/descriptor-tables.ts';
import { FileFacts, type KnownFile } from '../../collect/file-facts.ts';
import type { ProcessFolder } from '../../collect/process-folder.ts';
import { RemoteAutopsy } from '../../collect/remote-autopsy.ts';
import { toProtocolName, toWalkProbe } from '../../core/bpf/walk-probe.ts';
import { toOpenDescriptor, toSharedFiles } from '../../core/bpf/walked-descriptors.ts';
import { sortTables, type TableRow } from '../../core/bpf/walked-tables.ts';
import { fdKey, type WalkEvidence } from '../../core/model/evidence.ts';
import type { OpenDescriptor } from '../../core/model/open-descriptor.ts';
import type { ProbeOutcome, Refusal } from '../../core/model/probe.ts';
import type { KernelWalks, WalkedRows } from './kernel-walks.ts';
import { sayUnasked } from './say-late.ts';
import { WalkedFolder } from './walked-folder.ts';

/** Share of the time for what files are. */
const FOR_FILES = 0.4;

type Walked = NonNullable<WalkedRows['walked']>;

/** How a process is walked, and what it is set against. */
export interface WalkRequest {
  readonly walks: KernelWalks;
  readonly process: ProcessFolder;
  /** The network namespace of the process. */
  readonly netns: string | null;
  readonly lists: 'denied' | 'large';
  /** How long it may take to ask what files are. */
  readonly deadline: Deadline;
  /** What an earlier look saw of a file. */
  readonly knownFile: KnownFile;
  /** Whether the ends of pipes are told apart: in a watch they are one place, however they were listed. */
  readonly relates: boolean;
}

/**
 * One process as the kernel's own walk shows it: every descriptor with what it refers to, of one instant. So its sockets need not be asked
 * themselves, and those may see it who have no right to look into the process.
 */
export class WalkedProcess implements SocketAsker {
  readonly open: readonly OpenDescriptor[];
  /** What of the files it was too late to ask; null where each was. */
  readonly unread: string | null;
  readonly #request: WalkRequest;
  readonly #first: readonly TableRow[];
  readonly #netns: string | null;
  /** What asks the few of which the walk does not tell enough. */
  #others: SocketAsker | Refusal = { status: 'skipped', because: 'the kernel’s own walk does not tell its state' };
  /** Of the latest walk, by `fdKey`. */
  #byKey: ReadonlyMap<string, TableRow>;
  /** Why a later walk was not to be had: what an earlier one saw is then no second look. */
  #staleBecause: string | null = null;
  #evidence: WalkEvidence;

  private constructor(request: WalkRequest, rows: readonly TableRow[], { evidence, open, unread }: Listed) {
    this.#request = request;
    this.#evidence = { ...evidence, lists: request.lists };
    this.#first = rows;
    this.#byKey = toMap(rows);
    this.#netns = request.netns ?? rows[0]?.row.netns ?? null;
    this.open = open;
    this.unread = unread;
  }

  /** Asks also what the files are, as far as there is time. */
  static async of(request: WalkRequest, walked: Walked, evidence: WalkEvidence): Promise<WalkedProcess> {
    const { lists, process, deadline, knownFile, relates } = request;
    const rows = sort(request, walked);
    const more = deadline.part(FOR_FILES * deadline.withinMs);
    const files = lists === 'large' ? new FileFacts(process, () => more.isOver(), knownFile) : null;
    const factsOf = files === null ? null : files.read.bind(files);
    const listed: OpenDescriptor[] = [];
    const list = ({ row, tid }: TableRow): void => void listed.push(toOpenDescriptor(row, tid, factsOf));
    const count = await more.each(rows, list);
    // Of these it is too late to ask what they are.
    rows.slice(count).forEach(list);
    const open = relates ? listed : listed.map(withoutEnd);
    return new WalkedProcess(request, rows, {
      evidence,
      open,
      unread: files === null ? null : sayUnasked(files, more),
    });
  }

  get evidence(): WalkEvidence {
    return this.#evidence;
  }

  /** The process as those see it who may not read its folder: with links as the walk has them. */
  get folder(): ProcessFolder {
    const { process, lists } = this.#request;
    return lists === 'large' ? process : new WalkedFolder(process, this.#netns, (key) => this.#lookUp(key));
  }

  sharedFiles(): readonly (readonly OpenDescriptor[])[] {
    return toSharedFiles(this.#first, this.open);
  }

  /** Walks again, for a second look; where that fails, no socket answers any more. */
  async again(): Promise<void> {
    const { walks, process, lists } = this.#request;
    const { walked, evidence } = await walks.rowsOf(process);
    this.#staleBecause = walked === null ? (evidence.because ?? 'no second walk') : null;
    if (walked === null) return;
    this.#evidence = { ...evidence, lists };
    this.#byKey = toMap(sort(this.#request, walked));
  }

  /** Has the rest asked by `others`. */
  withOthers(others: SocketAsker | Refusal): this {
    this.#others = others;
    return this;
  }

  refusal(): Refusal | null {
    return null;
  }

  isAtHome({ fd, tid, inode }: Patient): boolean {
    const row = this.#byKey.get(fdKey(fd, tid))?.row;
    return row?.inode === inode && row.socketNetns === this.#netns;
  }

  async prepare(patients: () => readonly Patient[], deadline: Deadline): Promise<void> {
    // Only where it has to be made ready beforehand does it matter how many there are.
    if (!(this.#others instanceof RemoteAutopsy)) return;
    await this.#others.prepare(() => patients().filter((one) => this.#answer(one) === null), deadline);
  }

  ask(patient: Patient): ProbeOutcome {
    if (this.#staleBecause !== null) return { kind: 'failed', because: this.#staleBecause };
    const answer = this.#answer(patient);
    if (answer !== null) return answer;
    return 'ask' in this.#others ? this.#others.ask(patient) : { kind: 'failed', because: this.#others.because };
  }

  dispose(): void {
    if ('ask' in this.#others) this.#others.dispose();
  }

  #answer({ fd, tid, inode }: Patient): ProbeOutcome | null {
    const row = this.#byKey.get(fdKey(fd, tid))?.row;
    const socket = row?.socket ?? null;
    if (socket === null || row?.inode !== inode) return { kind: 'gone' };
    const probe = toWalkProbe(socket, this.#netns);
    return probe === null ? null : { kind: 'answered', probe };
  }

  #lookUp(key: string): ReturnType<ConstructorParameters<typeof WalkedFolder>[2]> {
    const found = this.#byKey.get(key);
    if (found === undefined) return null;
    const { row, tid } = found;
    const { socket } = row;
    const { link } = toOpenDescriptor(row, tid, null);
    return { link, protocolName: socket === null ? null : toProtocolName(socket) };
  }
}

/** What a walk listed. */
type Listed = Pick<WalkedProcess, 'open' | 'unread' | 'evidence'>;

function sort({ process, lists }: WalkRequest, { rows, isOurNumbering }: Walked): readonly TableRow[] {
  return sortTables(rows, {
    isLeaderGone: process.standIn !== null,
    isOurNumbering,
    tablesOf: () => (lists === 'large' ? new Set(readOtherTables(process)) : null),
  });
}

function withoutEnd(one: OpenDescriptor): OpenDescriptor {
  return one.object?.kind === 'pipe' ? { ...one, object: null } : one;
}

function toMap(rows: readonly TableRow[]): ReadonlyMap<string, TableRow> {
  return new Map(rows.map((one) => [fdKey(one.row.fd, one.tid), one]));
}
