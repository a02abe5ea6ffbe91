import { isGoExecutable } from '../../collect/go-executable.ts';
import { type ProcessFolder, readProcessFolder } from '../../collect/process-folder.ts';
import { readNetns } from '../../collect/netns.ts';
import { findByPort } from '../../collect/targets.ts';
import type { Descriptor } from '../../core/model/descriptor.ts';
import type { StackRead } from '../../core/model/holders.ts';
import type { Inspection } from '../../core/model/inspection.ts';
import { isInet } from '../../core/place/ports.ts';
import type { StackTexts } from '../../core/saved/stack-evidence.ts';
import { askUrls, MOST_URLS } from './stack-sources.ts';
import { readOwnTcp } from '../../collect/own-tcp.ts';
import { callsOf, type World } from '../world.ts';

/** Our connection takes a descriptor of the process, which a leaking one may keep. */
const FEWEST_FREE = 16;
/** What documentation and habit give to pprof. */
const USUAL_PORT = 6060;

/** Where the stacks of a Go program may be asked for, or why they are not. */
type AutoStacks =
  | { readonly kind: 'ask'; readonly urls: readonly URL[] }
  | { readonly kind: 'not-asked'; readonly because: string };

/**
 * Asks a Go program for its goroutine profile, at the likeliest of its own listeners, and says so before it connects. This is the one
 * thing that an inspection writes into a process: it needs `--stacks auto`. What another process answers is thrown away.
 *
 * @see pkg.go.dev/net/http/pprof
 */
export async function askAuto(world: World, inspection: Inspection, say: (line: string) => void): Promise<StackTexts> {
  const { pid } = inspection.process;
  const found = findAutoStacks(world, inspection);
  if (found.kind === 'not-asked') return { files: [], unread: [toUnread(`not asked: ${found.because}`)] };
  const { urls } = found;
  say(
    `--stacks auto connects to process ${pid}, and asks until one answers: ${urls.map(({ href }) => href).join(' ')}`,
  );
  const whyDoubted = (url: URL, ownPort: number): string | null => whyNotItsOwn(world, pid, { url, ownPort });
  return askUrls(world, urls, { whyDoubted, isOne: true });
}

function toUnread(because: string): StackRead {
  return { name: 'auto', tool: null, total: null, because };
}

/**
 * Finds where a process may serve its goroutine profile: only a Go program with descriptors to spare, in our own network namespace, at
 * listeners that nobody else holds and that can be reached by loopback.
 */
function findAutoStacks(world: World, inspection: Inspection): AutoStacks {
  const { limits, process } = inspection;
  const folder = readProcessFolder(world.proc, process.pid);
  if (limits.soft !== 'unlimited' && (limits.free ?? 0) < FEWEST_FREE)
    return refuse(`fewer than ${FEWEST_FREE} descriptors are free, and a connection takes one`);
  if (process.netns === null || process.netns !== readNetns(world.proc, 'self'))
    return refuse('it is in another network namespace');
  if (isGoExecutable(folder) !== true) return refuse('it is not known to be a Go program');
  const ports = toPorts(inspection.descriptors);
  const own = ports.filter(({ port }) => findByPort(world.proc, port).every(({ pid }) => pid === process.pid));
  const urls = own
    .slice(0, MOST_URLS)
    .map(({ host, port }) => new URL(`http://${host}:${port}/debug/pprof/goroutine?debug=1`));
  if (urls.length > 0) return { kind: 'ask', urls };
  return refuse(
    ports.length === 0
      ? 'it has no TCP listener that loopback reaches'
      : 'its listeners are held by other processes too',
  );
}

function refuse(because: string): AutoStacks {
  return { kind: 'not-asked', because };
}

/** Ports that loopback reaches, the likely ones first; those that leak last: a connection to them may be kept. */
function toPorts(descriptors: readonly Descriptor[]): Port[] {
  const leaking = new Set(
    descriptors.flatMap(({ socket, verdict }) =>
      verdict.leak !== 'no' && isInet(socket) && socket.local !== null ? [socket.local.port] : [],
    ),
  );
  const rankOf = ({ port, rank }: Port): number => (leaking.has(port) ? rank + LEAKING : rank);
  return descriptors.flatMap(toPort).sort((a, b) => rankOf(a) - rankOf(b));
}

const LEAKING = 10;

interface Port {
  readonly host: string;
  readonly port: number;
  /** The likely ones first. */
  readonly rank: number;
}

function toPort({ tid, socket, verdict }: Descriptor): readonly Port[] {
  if (tid !== null || verdict.is !== 'listening' || !isInet(socket) || socket.foreign !== false) return [];
  if (socket.local === null) return [];
  const { address, port } = socket.local;
  const isLoopback = /^(?:::ffff:)?127\./.test(address) || address === '::1';
  if (!isLoopback && address !== '0.0.0.0' && address !== '::') return [];
  const host = address === '::1' ? '[::1]' : isLoopback ? address.replace('::ffff:', '') : '127.0.0.1';
  return [{ host, port, rank: port === USUAL_PORT ? 0 : isLoopback ? 1 : 2 }];
}

/**
 * Whether our connection to a port was accepted by the process: its other end is found by the kernel's socket table among the
 * descriptors of the process. null, or why what it answers is not believed.
 */
function whyNotItsOwn(world: World, pid: number, { url, ownPort }: { url: URL; ownPort: number }): string | null {
  for (const { inode, local, remote } of readOwnTcp(world.proc, callsOf(world))) {
    if (`${local.port}` !== (url.port || '80') || remote.port !== ownPort) continue;
    return holds(readProcessFolder(world.proc, pid), `socket:[${inode}]`) ? null : NOT_ITS_OWN;
  }
  return NOT_ITS_OWN;
}

const NOT_ITS_OWN = 'the answer was thrown away: the process does not hold the other end of the connection';

function holds(process: ProcessFolder, link: string): boolean {
  const names = process.numbers();
  return (names.kind === 'read' ? names.value : []).some((name) => {
    const read = process.link({ fd: Number(name), tid: null });
    return read.kind === 'read' && read.value === link;
  });
}
