import { USUAL_MS } from '../collect/deadline.ts';
import { createHmac, randomBytes } from 'node:crypto';
import { type ArchiveEntry, packArchive } from '../collect/pack-archive.ts';
import type { ProcFs } from '../collect/proc-fs.ts';
import { readProcessFolder } from '../collect/process-folder.ts';
import { readProgramHead } from '../collect/thread-waits.ts';
import { writePrivate, writeStandardOutput } from '../collect/write-private.ts';
import { maskArguments, maskUserinfo } from '../core/capture/mask-arguments.ts';
import { ownRows, type Owned } from '../core/capture/own-rows.ts';
import { Redactor } from '../core/capture/redactor.ts';
import { CERTAIN_AFTER_MS } from '../core/classify/certainty.ts';
import type { Inspection } from '../core/model/inspection.ts';
import { INET_TABLES } from '../core/model/inet-row.ts';
import { SOURCE_OPTIONS } from '../core/sources/registry.ts';
import { inspect, type InspectRequest } from './inspect/inspect.ts';
import type { Unobservable } from './inspect/unobservable.ts';
import type { World } from './world.ts';

export interface CaptureRequest {
  readonly pid: number;
  /** Whether addresses, hosts, paths and names are replaced by made-up ones. */
  readonly redacts: boolean;
  /** Writes the document of an inspection. */
  readonly render: (inspection: Inspection) => string;
  readonly onProgress: InspectRequest['onProgress'];
}

export type Capture =
  | { readonly kind: 'captured'; readonly bytes: Uint8Array; readonly entries: readonly ArchiveEntry[] }
  | Unobservable;

const TABLES = [...INET_TABLES, 'unix', 'netlink', 'packet'];
/** Of so many descriptors the rest is not asked what they are. */
const MOST_FDINFO = 20_000;
/** Of all of it: one inotify instance of 100,000 watches, duplicated to the limit, would come to 180 GB. */
const MOST_FDINFO_BYTES = 1 << 25;

/**
 * Takes everything that an inspection reads of one process into one archive: the inspection with what each dead socket answered,
 * and the files below `/proc/<pid>` that it rests on. Never its environment; secrets on its command line are masked; of the socket
 * tables only its own rows.
 */
export async function capture(world: World, request: CaptureRequest): Promise<Capture> {
  const { pid, redacts, render, onProgress } = request;
  const outcome = await inspect(world, {
    withinMs: USUAL_MS,
    pid,
    onProgress,
    sources: SOURCE_OPTIONS,
    settleMs: 250,
    toolTimeoutMs: 10_000,
    withFlags: true,
    withQuotas: true,
    withOtherEnds: false,
    certainAfterMs: CERTAIN_AFTER_MS,
  });
  if (outcome.kind !== 'inspected') return outcome;
  onProgress('packing');
  const inspection = withoutSecrets(outcome.inspection);
  const folder = `proc/${pid}`;
  const entries: ArchiveEntry[] = [
    { name: 'inspection.json', text: render(redacts ? { ...inspection, host: '', bootId: null } : inspection) },
    { name: `${folder}/fd.txt`, text: toListing(pid, inspection) },
    ...readFiles(world.proc, inspection),
  ];
  const redactor = redacts ? toRedactor(inspection) : null;
  const kept = entries.map(({ name, text }) => ({ name, text: redactor === null ? text : redactor.redact(text) }));
  return { kind: 'captured', bytes: await packArchive(kept), entries: kept };
}

/** Writes a capture to a new file of its own, or to standard output (`-`); null, or why it could not be. */
export function saveCapture(path: string, bytes: Uint8Array): string | null {
  return path === '-' ? writeStandardOutput(bytes) : writePrivate(path, bytes);
}

function withoutSecrets(inspection: Inspection): Inspection {
  const { process } = inspection;
  const cmdline = process.cmdline === null ? null : maskArguments(process.cmdline);
  return { ...inspection, process: { ...process, cmdline } };
}

function readFiles(proc: ProcFs, inspection: Inspection): readonly ArchiveEntry[] {
  const { pid, cmdline } = inspection.process;
  const folder = `proc/${pid}`;
  const owned = toOwned(inspection);
  const entries: ArchiveEntry[] = [];
  const add = (name: string, change: (text: string) => string = maskUserinfo): number => {
    const reading = proc.text(`${pid}/${name}`);
    if (reading.kind !== 'read') return 0;
    entries.push({ name: `${folder}/${name}`, text: change(reading.value) });
    return reading.value.length;
  };
  for (const name of ['limits', 'status', 'stat']) add(name);
  if (cmdline !== null) entries.push({ name: `${folder}/cmdline`, text: cmdline.map((word) => `${word}\0`).join('') });
  for (const name of TABLES) add(`net/${name}`, (text) => ownRows(text, owned));
  let bytes = 0;
  for (const { fd, tid } of inspection.descriptors.slice(0, MOST_FDINFO)) {
    if (tid === null && bytes < MOST_FDINFO_BYTES) bytes += add(`fdinfo/${fd}`);
  }
  add('net/protocols');
  const head = readProgramHead(readProcessFolder(proc, pid));
  if (head !== null) entries.push({ name: `${folder}/exe-head.txt`, text: `${Buffer.from(head).toString('hex')}\n` });
  const threads = proc.names(`${pid}/task`);
  for (const tid of threads.kind === 'read' ? threads.value.slice(0, MOST_FDINFO) : []) add(`task/${tid}/syscall`);
  return entries;
}

function toOwned({ descriptors }: Inspection): Owned {
  const inodes = new Set<string>();
  const ports = new Set<number>();
  for (const { kind, inode, socket } of descriptors) {
    if (kind === 'socket' && inode !== null) inodes.add(inode);
    if (socket !== null && 'local' in socket && socket.local !== null) ports.add(socket.local.port);
  }
  return { inodes, ports };
}

/** As `ls -l` prints the links. */
function toListing(pid: number, { descriptors }: Inspection): string {
  const rows = descriptors.flatMap(({ fd, tid, target }) =>
    tid === null ? `lrwx------ 1 - - 64 Jan  1 00:00 ${fd} -> ${target}\n` : [],
  );
  return `/proc/${pid}/fd:\ntotal 0\n${rows.join('')}`;
}

/** The key lives as long as this call: whoever has the capture cannot try addresses or names against it. */
function toRedactor({ host, process, descriptors }: Inspection): Redactor {
  const key = randomBytes(32);
  const { comm, exe, cmdline, cgroup } = process;
  const paths = descriptors.flatMap(({ socket }) =>
    socket?.family === 'unix' && socket.path !== null ? [socket.path] : [],
  );
  const words = [host, comm, exe ?? '', cgroup ?? '', ...(cmdline ?? []), ...paths];
  const names = words.flatMap((word) => [word].concat(word.split(/[/=:@,\s]/)));
  return new Redactor(
    (text) => createHmac('sha256', key).update(text).digest('hex'),
    names.filter((name) => /[A-Za-z]{3}/.test(name) && !name.startsWith('-')),
  );
}
