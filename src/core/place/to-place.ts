import { ByProcess, toAlsoHeldBy, toOtherEnd } from './by-process.ts';
import { findQuiet } from './find-quiet.ts';
import { measurePace } from './pace.ts';
import type { Descriptor } from '../model/descriptor.ts';
import type { DescriptorObject, PipeEnd } from '../model/object.ts';
import type { OtherEnd } from '../model/other-end.ts';
import type { Place } from '../model/place.ts';
import type { Sharer } from '../model/sharer.ts';
import { sayInterface } from './interface.ts';
import { toNameless, withoutRemark } from './paths.ts';
import { Least, Spans } from './spans.ts';
import type { PlaceGroup } from './place-group.ts';
import { isInet } from './ports.ts';

/** Sums up the members of a place, in one go: there may be thousands. */
export function toPlace({ what, where, tid, descriptors, leak }: PlaceGroup): Place {
  const spans = new Spans();
  const fds: number[] = [];
  const tally = new Tally();
  descriptors.forEach((descriptor) => {
    fds.push(descriptor.fd);
    tally.add(descriptor);
    spans.add(descriptor.socket);
  });
  return {
    what,
    where,
    count: descriptors.length,
    fds,
    tid,
    leak,
    oldestMs: spans.dead.span?.most ?? null,
    youngestMs: spans.dead.span?.least ?? null,
    // One look sees no closing: only beside a certain leak are deaths a pace.
    perHour: leak === 'certain' ? (measurePace(spans.deadMs, 0)?.perHour ?? null) : null,
    objects: tally.objects,
    opens: tally.opens,
    wholePipes: tally.wholePipes,
    sets: tally.sets,
    path: tally.path,
    peers: spans.peers.size === 0 ? null : spans.peers.size,
    clientsWaiting: spans.clientsWaiting,
    watches: tally.watches.span,
    idleMs: spans.idle.span,
    unreadBytes: spans.unread.span,
    unsentBytes: spans.unsent.span,
    heldBytes: tally.heldBytes,
    timerless: tally.timerless,
    ended: tally.ended,
    quiet: findQuiet(spans.idleMs),
    otherEnd: toOtherEnd(tally.otherEnds),
    alsoHeldBy: toAlsoHeldBy(tally.sharers),
    fileSystem: tally.fileSystem,
    attended: tally.attended,
  };
}

/** What is counted of the members; null is not known. */
class Tally {
  heldBytes: number | null = null;
  timerless: number | null = null;
  ended: number | null = null;
  attended: number | null = 0;
  opens: number | null = 0;
  sets: number | null = null;
  readonly watches = new Least();
  readonly otherEnds = new ByProcess<OtherEnd>();
  readonly sharers = new ByProcess<Sharer>();
  /** Undefined: nothing was added yet. */
  #path: string | null | undefined;
  readonly #inodes = new Set<string>();
  readonly #fileSystems = new Set<string>();
  #sockets = 0;
  #isWithoutInode = false;
  /** The ends of each pipe, by its inode. */
  readonly #pipes = new Map<string, Set<PipeEnd>>();

  add(descriptor: Descriptor): void {
    const { sizeBytes, socket, object, otherEnd } = descriptor;
    this.#addIdentity(descriptor);
    this.#addPath(descriptor);
    const held = sizeBytes ?? (isInet(socket) ? (socket.autopsy?.memoryBytes ?? null) : null);
    if (held !== null) this.heldBytes = (this.heldBytes ?? 0) + held;
    const use = isInet(socket) ? socket.use : null;
    if (use !== null) this.timerless = (this.timerless ?? 0) + (use.timer === 'none' ? 1 : 0);
    this.#addAttention(descriptor);
    if (object !== null) this.#addObject(object, descriptor);
    if (otherEnd !== null) this.otherEnds.add(otherEnd);
    if (descriptor.alsoHeldBy !== null) for (const sharer of descriptor.alsoHeldBy) this.sharers.add(sharer);
  }

  #addPath(descriptor: Descriptor): void {
    // Of thousands that differ, the first two tell.
    if (this.#path === null) return;
    const path = pathOf(descriptor);
    this.#path = this.#path === undefined || this.#path === path ? path : null;
  }

  get path(): string | null {
    return this.#path ?? null;
  }

  #addIdentity({ fd, kind, inode, sharedWith, object }: Descriptor): void {
    const isCopy = sharedWith !== null && sharedWith.some((other) => other < fd);
    if (sharedWith === null) this.opens = null;
    else if (this.opens !== null && !isCopy) this.opens += 1;
    // A socket has an inode of its own: only copies made by dup(2) share it.
    if (kind === 'socket' && sharedWith !== null) this.#sockets += isCopy ? 0 : 1;
    // All tunnels are one device.
    else if (object?.kind === 'interface') this.#inodes.add(object.name === '' ? `fd ${fd}` : object.name);
    else if (inode === null) this.#isWithoutInode = true;
    else this.#inodes.add(inode);
  }

  #addPipe(target: string, end: PipeEnd): void {
    const known = this.#pipes.get(target);
    if (known === undefined) this.#pipes.set(target, new Set([end]));
    else known.add(end);
  }

  get wholePipes(): number | null {
    if (this.#pipes.size === 0) return null;
    return [...this.#pipes.values()].filter((ends) => ends.size > 1).length;
  }

  #addAttention({ kind, watchedBy, waitedOnBy }: Descriptor): void {
    if (kind === 'epoll') this.sets = addTo(this.sets ?? 0);
    if ((watchedBy?.length ?? 0) > 0 || (waitedOnBy?.length ?? 0) > 0) this.attended = addTo(this.attended);
    else if (watchedBy === null || waitedOnBy === null) this.attended = null;
  }

  /** Null where one of them has no inode of its own: all eventfds share one. */
  get objects(): number | null {
    return this.#isWithoutInode ? null : this.#sockets + this.#inodes.size;
  }

  get fileSystem(): string | null {
    const [first, ...more] = this.#fileSystems;
    return first !== undefined && more.length === 0 ? first : null;
  }

  #addObject(object: DescriptorObject, { deleted, target }: Descriptor): void {
    if (object.kind === 'pipe') this.#addPipe(target, object.end);
    const ended = endOf(object);
    if (object.kind === 'inotify') this.watches.add(object.watches);
    if (ended !== null) this.ended = (this.ended ?? 0) + (ended ? 1 : 0);
    if (deleted && object.kind === 'file' && object.mount !== null)
      this.#fileSystems.add(`${object.mount} (${object.fileSystem ?? '?'})`);
  }
}

function pathOf(descriptor: Descriptor): string | null {
  const { socket, target, kind, deleted, object } = descriptor;
  if (socket !== null) return pathOfSocket(socket);
  if (object?.kind === 'interface') return `${target}, ${sayInterface(object)}`;
  if (!target.startsWith('/') || (kind === 'directory' && object?.kind === 'file' && object.mount === null))
    return null;
  const nameless = toNameless(descriptor);
  if (nameless !== null) return nameless;
  const isMadeUp = deleted || kind === 'memfd' || kind === 'anon' || target.startsWith('/proc/');
  return isMadeUp ? withoutRemark(target) : target;
}

function pathOfSocket(socket: NonNullable<Descriptor['socket']>): string | null {
  return socket.family === 'unix' ? (socket.path ?? socket.peerPath) : null;
}

function addTo(count: number | null): number | null {
  return count === null ? null : count + 1;
}

/** Whether what is behind it, or at its other end, is gone; null where that is not known, or does not apply. */
function endOf(object: DescriptorObject): boolean | null {
  switch (object.kind) {
    case 'process':
      return object.isUnwaited || object.ended;
    case 'pipe':
      return object.otherEnds === null ? null : object.otherEnds === 0;
    case 'terminal':
      return object.inUse === null || object.hungUp === false ? null : !object.inUse;
    case 'namespace':
      return object.inhabited === null ? null : !object.inhabited;
    case 'bpf':
    case 'inotify':
    case 'io-uring':
    case 'interface':
    case 'file':
      return null;
  }
}
