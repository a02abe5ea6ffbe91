import { MANY } from '../diagnose/living.ts';
import type { Summary } from '../model/inspection.ts';
import type { VerdictName } from '../model/verdict.ts';
import type { WalkRow, WalkSocket } from '../model/walk.ts';
import { AF_UNIX, SOCK_DGRAM } from '../model/socket-call.ts';
import { S_IFIFO, S_IFMT, S_IFREG } from '../model/file-mode.ts';

const O_ACCMODE = 0o3;
const IPPROTO_UDP = 17;

/** So many opens of one file are a sign; fewer files in all can hold no such place. */
const MANY_FILES = 100;
const FEW_TERMINALS = 2;
const FEW_NAMESPACES = 3;

type Counts = Partial<Record<VerdictName, number>>;

/**
 * What the kernel's walk over the host tells of one process, row by row: whether any look could accuse one of its descriptors. It holds
 * no row, so that a host of a million descriptors takes no memory. Whatever it has no rule for deserves a look.
 */
export class Glance {
  /** Connections that are over. */
  dead = 0;
  /** Whether each of its sockets is of the network namespace that it lives in: then no other need be searched for them. */
  isAtHome = true;
  #isSign = false;
  #isUnclear = false;
  readonly #counts: Counts = {};
  #files = 0;
  #established = 0;
  #objects = 0;
  #terminals = 0;
  #namespaces = 0;
  #endless = 0;

  add(row: WalkRow): void {
    // A thread with a table of its own, or the threads of a process whose leader has exited.
    if (row.pid !== row.tid) this.#isSign = true;
    else if (row.isSocket) this.#addSocket(row);
    else this.#addOther(row);
  }

  /** Counts by verdict of a process in which nothing can be accused by one look; null where something could. */
  get plain(): Summary['byVerdict'] {
    const isUnclear = this.#isUnclear || this.#files >= MANY_FILES || this.#established >= MANY;
    return isUnclear || this.hasSign ? null : this.#counts;
  }

  /** Whether it holds what deserves a look in the smallest process. */
  get hasSign(): boolean {
    return (
      this.#isSign ||
      this.#objects >= MANY ||
      this.#endless >= MANY ||
      this.#terminals >= FEW_TERMINALS ||
      this.#namespaces >= FEW_NAMESPACES
    );
  }

  #addSocket(row: WalkRow): void {
    // Of thousands of dead sockets the first says all.
    if (row.isClosedTcp && this.dead > 0) return;
    const { socket } = row;
    if (socket?.netns !== row.netns) this.isAtHome = false;
    const verdict = socket === null ? 'unclear' : toVerdict(socket, row.isWatched);
    if (verdict === 'unclear') {
      this.#isUnclear = true;
      return;
    }
    if (verdict === 'sign') {
      this.#isSign = true;
      if (row.isClosedTcp && (socket?.tcp?.receiveSpace ?? 0) > 0) this.dead += 1;
      return;
    }
    if (verdict === 'established') this.#established += 1;
    this.#count(verdict);
  }

  #addOther({ mode, link, links, pipe, flags }: WalkRow): void {
    this.#count('in-use');
    const type = mode & S_IFMT;
    if (link === null) {
      this.#isUnclear = true;
      return;
    }
    if (type === S_IFIFO) this.#endless += hasNoOtherEnd(pipe, flags) ? 1 : 0;
    // Namespaces are regular files too.
    else if (NAMESPACE.test(link)) this.#namespaces += 1;
    else if (type === S_IFREG) this.#files += 1;
    else if (TERMINAL.test(link)) this.#terminals += 1;
    if (isObject(link) || (links === 0 && link.endsWith(DELETED))) this.#objects += 1;
  }

  #count(verdict: VerdictName): void {
    this.#counts[verdict] = (this.#counts[verdict] ?? 0) + 1;
  }
}

const TERMINAL = /^\/dev\/(?:pts\/)?ptmx$/;
const NAMESPACE = /^[a-z_]+:\[\d+\]$/;
const DELETED = ' (deleted)';

/** What stands for a process, a watch, a program: many of them are worth a question to the kernel. */
function isObject(link: string): boolean {
  return link.startsWith('anon_inode:') || link.startsWith('/proc/') || link.startsWith('pidfd:');
}

function hasNoOtherEnd(pipe: WalkRow['pipe'], flags: number): boolean {
  if (pipe === null) return false;
  const mode = flags & O_ACCMODE;
  return mode === 0 ? pipe.writers === 0 : mode === 1 ? pipe.readers === 0 : false;
}

/** `sign`: what a look may accuse; `unclear`: only a look tells what it is. */
function toVerdict(socket: WalkSocket, isWatched: boolean): VerdictName | 'sign' | 'unclear' {
  const { family, type, protocol, state, tcp, unix, acceptQueue } = socket;
  if (family === AF_UNIX) {
    if (unix === null) return 'unclear';
    if (state === 'ESTABLISHED' && !unix.peerIsHeld) return 'sign';
    return type === SOCK_DGRAM ? 'datagram' : 'in-use';
  }
  if (tcp === null) return protocol === IPPROTO_UDP ? 'datagram' : 'unclear';
  if (state === 'ESTABLISHED') return tcp.unreadBytes > 0 ? 'unclear' : 'established';
  // One that no epoll set watches may be inherited, or forgotten.
  if (state === 'LISTEN') return isWatched && acceptQueue?.waiting === 0 ? 'listening' : 'sign';
  return 'sign';
}
