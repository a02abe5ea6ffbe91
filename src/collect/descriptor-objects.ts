import { arch } from 'node:os';
import type { Kind } from '../core/model/descriptor.ts';
import { fdKey } from '../core/model/evidence.ts';
import type { DescriptorObject, Objects, PipeEnd } from '../core/model/object.ts';
import type { OpenDescriptor } from '../core/model/open-descriptor.ts';
import { type FdInfo, parseFdinfo } from '../core/parse/proc-fdinfo.ts';
import { parseProcStat } from '../core/parse/proc-stat.ts';
import type { Deadline } from './deadline.ts';
import { NamespaceHolders } from './namespace-holders.ts';
import type { ProcFs } from './proc-fs.ts';
import type { ProcessFolder } from './process-folder.ts';

/** Unix sockets beyond this many are not asked for what is in flight: 15 µs each. */
const MOST_UNIX = 1000;

interface ObjectsRequest {
  readonly isUnix: (open: OpenDescriptor) => boolean;
  readonly seesPids: boolean;
  readonly deadline: Deadline;
}

/**
 * Reads what the fdinfo of anonymous descriptors says of the object behind them. What cannot be read, or not in time, is left out. `seesPids`: whether the
 * process counts processes as we do, so that its `/proc/17` is ours.
 */
export async function readObjects(
  process: ProcessFolder,
  open: readonly OpenDescriptor[],
  { isUnix, seesPids, deadline }: ObjectsRequest,
): Promise<Objects> {
  const objects = new Map<string, DescriptorObject>();
  const inFlight = new Map<string, number>();
  const sizes = new Map<string, number>();
  const namespaces = new NamespaceHolders(process);
  const processes = seesPids ? new ProcessNames(process.proc) : null;
  let asked = 0;
  const isTold = (one: OpenDescriptor): boolean => one.kind !== 'socket' || (isUnix(one) && asked++ < MOST_UNIX);
  await deadline.each(open.filter(isTold), (one) => {
    const isSocket = one.kind === 'socket';
    const info = isSocket || (hasFdinfo(one) && one.object === null) ? readInfo(process, one) : null;
    const key = fdKey(one.fd, one.tid);
    if (one.kind === 'memfd') addSize(sizes, key, process, one);
    const object = one.kind === 'namespace' ? namespaces.behind(one) : toObject(one, info, processes);
    if (object !== null) objects.set(key, object);
    if (isSocket) addInFlight(inFlight, key, info);
  });
  return { objects, inFlight, sizes };
}

function addInFlight(inFlight: Map<string, number>, key: string, info: FdInfo | null): void {
  const count = info?.scmFds ?? 0;
  if (count > 0) inFlight.set(key, count);
}

function readInfo(process: ProcessFolder, one: OpenDescriptor): FdInfo | null {
  const text = process.fdinfo(one);
  return text.kind === 'read' ? parseFdinfo(text.value, ARCHITECTURE) : null;
}

/** Memory has no server to wait for: stat(2) through the link answers at once. */
function addSize(sizes: Map<string, number>, key: string, process: ProcessFolder, { fd, tid }: OpenDescriptor): void {
  const stat = process.proc.stat(`${process.path(tid)}/fd/${fd}`);
  if (stat.kind === 'read') sizes.set(key, Number(stat.value.size));
}

const ARCHITECTURE = arch();
const WITH_FDINFO: ReadonlySet<Kind> = new Set<Kind>(['pidfd', 'bpf', 'inotify', 'io-uring', 'pipe']);
const TUNNEL = '/dev/net/tun';
const MASTER = /^\/dev\/(?:pts\/)?ptmx$/;

function hasFdinfo({ kind, link }: OpenDescriptor): boolean {
  return WITH_FDINFO.has(kind) || (kind === 'character-device' && (MASTER.test(link) || link === TUNNEL));
}

function toObject(
  { kind, link }: OpenDescriptor,
  info: FdInfo | null,
  processes: ProcessNames | null,
): DescriptorObject | null {
  if (kind === 'file' || kind === 'directory') return processes?.behind(link) ?? null;
  if (info === null) return null;
  if (info.pidfdPid !== null) return toProcess(info.pidfdPid, processes);
  if (info.bpf !== null) return { kind: 'bpf', ...info.bpf };
  if (info.ttyIndex !== null) return { kind: 'terminal', index: info.ttyIndex, inUse: null, hungUp: null };
  if (info.interfaceName !== null) return { kind: 'interface', name: info.interfaceName };
  if (info.ioUringUserFiles !== null) return { kind: 'io-uring', files: info.ioUringUserFiles };
  if (kind === 'inotify') return { kind: 'inotify', watches: info.inotifyWatches ?? 0 };
  return kind === 'pipe' ? { kind: 'pipe', end: toEnd(info.flags ?? []), otherEnds: null } : null;
}

/** -1 has been waited for; 0 lives in a namespace that we do not see. @see kernel fs/pidfs.c pidfd_show_fdinfo() */
function toProcess(pid: number, processes: ProcessNames | null): DescriptorObject {
  const isUnwaited = pid > 0 && processes !== null && processes.isUnwaited(`${pid}`);
  return { kind: 'process', pid: pid > 0 ? pid : null, ended: pid < 0, isUnwaited };
}

function toEnd(flags: readonly string[]): PipeEnd {
  if (flags.includes('wronly')) return 'write';
  return flags.includes('rdwr') ? 'both' : 'read';
}

const PROCESS_FILE = /^\/proc\/(\d+)\/(?:task\/(\d+)\/)?./;

/**
 * Whether the processes behind files below /proc live: such a file belongs to one process, whatever has its number today, so it may
 * be said to have ended, and never to live.
 */
class ProcessNames {
  readonly #proc: ProcFs;
  readonly #known = new Map<string, DescriptorObject>();
  #showsAll: boolean | null = null;

  constructor(proc: ProcFs) {
    this.#proc = proc;
  }

  behind(link: string): DescriptorObject | null {
    if (!link.startsWith('/proc/')) return null;
    const [, pid, tid] = PROCESS_FILE.exec(link) ?? [];
    if (pid === undefined) return null;
    const path = tid === undefined ? pid : `${pid}/task/${tid}`;
    let known = this.#known.get(path);
    if (known === undefined) {
      known = { kind: 'process', pid: Number(pid), ended: this.#isGone(path), isUnwaited: this.isUnwaited(path) };
      this.#known.set(path, known);
    }
    return known;
  }

  /** A /proc that hides process 1 hides others too (hidepid), and a stopped look tells nothing. */
  #isGone(path: string): boolean | null {
    this.#showsAll ??= this.#proc.stat('1').kind === 'read';
    if (!this.#showsAll) return null;
    const stat = this.#proc.stat(path);
    return stat.kind === 'gone' ? true : stat.kind === 'read' ? false : null;
  }

  /** The first thread of a process may end before the others, and looks the same. */
  isUnwaited(path: string): boolean {
    const text = this.#proc.text(`${path}/stat`);
    const stat = text.kind === 'read' ? parseProcStat(text.value) : null;
    return stat?.kind === 'parsed' && stat.state === 'Z' && stat.threads <= 1;
  }
}
