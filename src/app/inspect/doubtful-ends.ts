import type { Deadline } from '../../collect/deadline.ts';
import { readInetDiag } from '../../collect/inet-diag.ts';
import { type Master, readHangUps } from '../../collect/hang-ups.ts';
import { readLonePipes } from '../../collect/lone-pipes.ts';
import { readOtherEnds } from '../../collect/other-ends.ts';
import { netnsOf } from '../../collect/network-tables.ts';
import { toDiagCalls } from '../../collect/netns.ts';
import type { ProcessFolder } from '../../collect/process-folder.ts';
import { toPts } from '../../core/evidence/other-ends.ts';
import { fdKey, type TableEvidence } from '../../core/model/evidence.ts';
import type { Objects } from '../../core/model/object.ts';
import type { OpenDescriptor } from '../../core/model/open-descriptor.ts';
import type { OtherEnds } from '../../core/model/other-end.ts';
import type { Endpoint } from '../../core/model/socket.ts';
import type { SharedDescriptors } from '../../collect/shared-descriptors.ts';
import type { World } from '../world.ts';

/** So many connections to this host, or unix sockets of one process, or pipes without their other end here, are worth a look around. */
const MANY = 8;
/** The other ends of the first so many stand for all: thousands would have to be looked up one by one. */
const MOST = 2000;

interface Seen {
  readonly listed: readonly OpenDescriptor[];
  readonly objects: Objects;
  readonly tables: TableEvidence;
  /** From how many on; null: as many of each kind as are doubtful. */
  readonly few: number | null;
  /** Who else holds what this process holds is found on the way. */
  readonly shared: SharedDescriptors;
}

/** Looks through the other processes of this host for who holds the other ends, where there are many of a kind; else null. */
export async function readDoubtfulEnds(
  world: World,
  process: ProcessFolder,
  { deadline, mayMakeWait, ...seen }: Seen & { readonly deadline: Deadline; readonly mayMakeWait: () => boolean },
): Promise<OtherEnds | null> {
  const pipes = findLonePipes(seen);
  const masters = findMasters(seen);
  const terminals = masters.map(({ index }) => toPts(index));
  const unix = findUnixPeers(seen);
  const local = findLoopback(seen);
  const many = seen.few ?? MANY;
  const fewTerminals = seen.few ?? FEW_TERMINALS;
  if (terminals.length < fewTerminals && pipes.length < many && unix.length < many && local.length < many) return null;
  const peers = local.length < many ? new Map<string, string>() : pairLoopback(process, local);
  const links = new Set([...pipes, ...terminals, ...unix, ...[...peers.values()].map((inode) => `socket:[${inode}]`)]);
  const found = await readOtherEnds(
    world.proc,
    { links, peers, see: seen.shared.see.bind(seen.shared) },
    deadline.part(WITHIN_MS),
  );
  const asked = masters.length < FEW_TERMINALS || mayMakeWait() ? [] : masters;
  const lonePipes = found.isWhole || mayMakeWait() ? new Set<string>() : askPipes(process, seen, new Set(pipes));
  const ends = { ...found, lonePipes, hangUps: await readLastingHangUps(world, process, { masters: asked, deadline }) };
  const lone = pipes.filter((link) => !isHeldByOthers(link, found));
  if (lone.length === 0) return ends;
  await deadline.pause(world.clock.sleep(TO_CLOSE_MS));
  const closed = withoutStillOpen(process, seen.listed, lone);
  return closed.size === 0 ? ends : { ...ends, links: new Set([...links].filter((link) => !closed.has(link))) };
}

/** Looking at a million descriptors takes seconds: what is not found by then is not known. */
const WITHIN_MS = 2000;
/** A server that hears of the end of its children closes their pipes within this. */
const TO_CLOSE_MS = 50;

function isHeldByOthers(link: string, { holders }: OtherEnds): boolean {
  return ['read', 'write', 'both'].filter((end) => holders.has(`${link} ${end}`)).length > 1;
}

/** Of these pipes those that were closed since they were listed: that none holds their other end says nothing. */
function withoutStillOpen(
  process: ProcessFolder,
  listed: readonly OpenDescriptor[],
  links: readonly string[],
): ReadonlySet<string> {
  const closed = new Set(links);
  for (const { fd, tid, link } of listed) {
    if (!closed.has(link)) continue;
    const now = process.proc.link(`${process.path(tid)}/fd/${fd}`);
    if (now.kind === 'read' && now.value === link) closed.delete(link);
  }
  return closed;
}

const FEW_TERMINALS = 2;

/** The pseudoterminals of which this process holds the master. */
function findMasters({ listed, objects }: Seen): Master[] {
  return listed.flatMap(({ fd, tid }) => {
    const object = objects.objects.get(fdKey(fd, tid));
    return object?.kind === 'terminal' ? [{ fd, tid, index: object.index }] : [];
  });
}

/** A session that has just ended is closed by its program at once: a hang-up counts that is there at a second look. */
const TO_HANG_UP_MS = 1200;

async function readLastingHangUps(
  world: World,
  process: ProcessFolder,
  { masters, deadline }: { readonly masters: readonly Master[]; readonly deadline: Deadline },
): Promise<OtherEnds['hangUps']> {
  const first = readHangUps(process, masters);
  const hungUp = masters.filter(({ index }) => first.get(toPts(index)) === true);
  if (hungUp.length < FEW_TERMINALS) return new Map([...first].filter(([, has]) => !has));
  await deadline.pause(world.clock.sleep(TO_HANG_UP_MS));
  return new Map([
    ...first,
    ...hungUp.map(({ index }) => [toPts(index), false] as const),
    ...readHangUps(process, hungUp),
  ]);
}

/** Pipes of which this process holds one end only. */
function findLonePipes({ listed, objects }: Seen): string[] {
  const ends = new Map<string, Set<string>>();
  for (const { fd, tid, kind, link } of listed) {
    const object = kind === 'pipe' ? objects.objects.get(fdKey(fd, tid)) : undefined;
    if (object?.kind !== 'pipe') continue;
    const known = ends.get(link);
    if (known === undefined) ends.set(link, new Set([object.end]));
    else known.add(object.end);
  }
  return [...ends].filter(([, held]) => held.size === 1 && !held.has('both')).map(([link]) => link);
}

/** Which of these pipes say themselves that nobody holds their other end. */
function askPipes(process: ProcessFolder, { listed }: Seen, pipes: ReadonlySet<string>): ReadonlySet<string> {
  const asked = listed.flatMap(({ fd, tid, link, inode }) =>
    inode !== null && pipes.has(link) ? [{ fd, tid, inode }] : [],
  );
  return new Set([...readLonePipes(process, asked.slice(0, MOST))].map((inode) => `pipe:[${inode}]`));
}

function findUnixPeers({ listed, tables }: Seen): string[] {
  const peers: string[] = [];
  for (const { inode } of listed) {
    const socket = inode === null ? undefined : tables.own?.byInode.get(inode);
    const peer = socket?.table === 'unix' ? (socket.diag?.peerInode ?? null) : null;
    if (peer !== null && peer !== '0' && peers.length < MOST) peers.push(`socket:[${peer}]`);
  }
  return peers;
}

interface Loopback {
  readonly inode: string;
  readonly local: Endpoint;
  readonly remote: Endpoint;
}

function findLoopback({ listed, tables }: Seen): Loopback[] {
  const found: Loopback[] = [];
  for (const { inode } of listed) {
    const socket = inode === null ? undefined : tables.own?.byInode.get(inode);
    if (inode === null || (socket?.table !== 'tcp' && socket?.table !== 'tcp6')) continue;
    const { local, remote, state } = socket.row;
    if (state !== 'LISTEN' && isSame(local, remote) && found.length < MOST) found.push({ inode, local, remote });
  }
  return found;
}

/** Both ends at one address: the connection never leaves this host. */
function isSame(local: Endpoint, remote: Endpoint): boolean {
  return local.address === remote.address || /^(?:::ffff:)?127\./.test(remote.address);
}

/** The inode of the socket at the other end, by ours: the row in our own namespace whose ends are swapped. */
function pairLoopback(process: ProcessFolder, local: readonly Loopback[]): ReadonlyMap<string, string> {
  const calls = toDiagCalls(process.proc, process.path(), netnsOf(process), process.calls);
  const rows = calls === null ? null : readInetDiag(calls, (inode) => inode !== '0', false);
  const wanted = new Map(local.map((one) => [`${one.remote.port} ${one.local.port}`, one.inode]));
  const peers = new Map<string, string>();
  for (const { row } of rows ?? []) {
    const ours = wanted.get(`${row.local.port} ${row.remote.port}`);
    if (ours !== undefined && ours !== row.inode) peers.set(ours, row.inode);
  }
  return peers;
}
