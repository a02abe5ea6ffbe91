import type { Descriptor } from '../model/descriptor.ts';
import type { InetSocket, Socket } from '../model/socket.ts';
import { type Draft, toWhere } from './describe.ts';
import { sayInterface } from './interface.ts';
import { normalisePath } from './paths.ts';
import { isFixedPort, isInet, type Ports, portsOf } from './ports.ts';

/** A descriptor whose place is still to be said: written in the object itself, where thousands are. */
export type Placeable = Draft & { place: string };

/** Says of each descriptor where it came from or leads to, all of one process set against each other. */
export function withPlaces(drafts: readonly Placeable[]): readonly Descriptor[] {
  const ports = portsOf(drafts);
  const { services, listeners } = fewIn(drafts, ports);
  const lasting = services.size > FEW ? ports.lasting : new Set([...ports.lasting, ...services]);
  const listening = listeners.size < FEW_LISTENERS ? new Set(ports.accepting.keys()) : NONE;
  const names = new PlaceNames({ ...ports, lasting, listening });
  drafts.forEach((draft) => {
    draft.place = names.of(draft);
  });
  return drafts;
}

const NONE: ReadonlySet<number> = new Set();

/** A service may be on a port that the kernel gave out: where there are only a few of those, each is told by its number. */
const FEW = 3;
/** A program that opens a listener for each job has one place of them; one with a few has each by its number. */
const FEW_LISTENERS = 8;

/** Ports that the kernel gave out: those of services, one more than few at most, and those of listeners. */
function fewIn(
  drafts: readonly Draft[],
  { accepting }: Ports,
): { readonly services: ReadonlySet<number>; readonly listeners: ReadonlySet<number> } {
  const services = new Set<number>();
  const listeners = new Set<number>();
  drafts.forEach(({ socket, verdict }) => {
    if (!isInet(socket) || socket.local === null || isFixedPort(socket.local.port)) return;
    const { port } = socket.local;
    if (verdict.is === 'listening') listeners.add(port);
    if (services.size <= FEW && socket.remote !== null && !accepting.has(port)) services.add(socket.remote.port);
  });
  return { services, listeners };
}

/** Thousands share a place, and a path or a listener: it is put in words once. */
class PlaceNames {
  readonly #ports: Ports;
  readonly #byPath = new Map<string, string>();
  readonly #byListener = new Map<object, string>();
  readonly #byPort = new Map<string | null, Map<number, string>>();
  readonly #byPeer = new Map<string, Map<number, string>>();

  constructor(ports: Ports) {
    this.#ports = ports;
  }

  of(descriptor: Draft): string {
    const { socket, target, kind } = descriptor;
    const acceptedOn = isInet(socket) ? socket.acceptedOn : null;
    if (acceptedOn !== null) return this.#once(this.#byListener, acceptedOn, descriptor);
    if (isInet(socket) && socket.remote !== null && socket.local !== null) {
      const { local, remote, protocol } = socket;
      if (this.#ports.accepting.has(local.port))
        return this.#once(alike(this.#byPort, protocol), local.port, descriptor);
      if (!isFixedPort(local.port)) return this.#once(alike(this.#byPeer, remote.address), remote.port, descriptor);
    }
    if (socket === null && target.startsWith('/'))
      return beyondPath(descriptor) ?? this.#once(this.#byPath, target, descriptor);
    return toWhere(descriptor, this.#ports) ?? (socket === null ? (whereOfKind(descriptor) ?? kind) : whereOf(socket));
  }

  #once<Key>(known: Map<Key, string>, key: Key, descriptor: Draft): string {
    const place = known.get(key) ?? toWhere(descriptor, this.#ports) ?? descriptor.kind;
    known.set(key, place);
    return place;
  }
}

function alike<Key>(groups: Map<Key, Map<number, string>>, key: Key): Map<number, string> {
  const known = groups.get(key) ?? new Map<number, string>();
  groups.set(key, known);
  return known;
}

/** Where the path alone does not tell. */
function beyondPath({ kind, target, object }: Draft): string | null {
  if (object?.kind === 'interface') return normalisePath(`${target}, ${sayInterface(object)}`);
  const isDetached = kind === 'directory' && object?.kind === 'file' && object.mount === null;
  return isDetached ? `${target}, on no mount that has a path` : null;
}

/** A socket without a peer, a port of its own or a name. */
function whereOf(socket: Socket): string {
  if (isInet(socket)) return whereOfInet(socket);
  return socket.family === 'unix' ? 'unnamed' : 'address not known';
}

function whereOfInet({ protocol, state, local }: InetSocket): string {
  if (protocol === 'raw') return 'any address';
  return state === null && local === null ? 'not known' : 'socket() and nothing more';
}

/** `anon_inode:[landlock-ruleset]`, as some kernels print it without brackets. */
const ANONYMOUS = /^anon_inode:\[?([^\]]+)\]?$/;

function sayPipe({ end, otherEnds }: Extract<Draft['object'], { kind: 'pipe' }>): string | null {
  if (otherEnds === null) return null;
  return otherEnds === 0 ? `${end} end, no other end` : `${end} end`;
}

function sayProcess({ pid, ended, isUnwaited }: Extract<Draft['object'], { kind: 'process' }>): string {
  if (isUnwaited) return 'of an ended process that was not waited for';
  return ended === true ? 'of an ended process' : `of process ${pid ?? 'elsewhere'}`;
}

function sayNamespace({ type, own, inhabited }: Extract<Draft['object'], { kind: 'namespace' }>): string {
  if (own === true) return `${type}, its own`;
  return inhabited === false ? `${type}, in which no process lives` : type;
}

function whereOfKind({ kind, target, object }: Draft): string | null {
  if (kind === 'anon') return ANONYMOUS.exec(target)?.[1] ?? null;
  switch (object?.kind) {
    case 'process':
      return sayProcess(object);
    case 'namespace':
      return sayNamespace(object);
    case 'terminal':
      return `/dev/pts/${object.index}`;
    case 'pipe':
      return sayPipe(object);
    case 'interface':
    case 'bpf':
    case 'inotify':
    case 'io-uring':
    case 'file':
    case undefined:
      return null;
  }
}
