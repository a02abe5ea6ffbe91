import type { DescriptorObject, PipeEnd } from '../model/object.ts';
import type { OtherEnd, OtherEnds } from '../model/other-end.ts';
import type { OpenDescriptor } from '../model/open-descriptor.ts';
import type { Socket } from '../model/socket.ts';

/** Who holds the other end on this host: of a pipe, of a unix socket by its peer, of a loopback connection by the swapped ends. */
export function otherEndOf(
  { inode, link }: Pick<OpenDescriptor, 'inode' | 'link'>,
  { socket, object }: { readonly socket: Socket | null; readonly object: DescriptorObject | null },
  ends: OtherEnds | null,
): OtherEnd | null {
  if (object?.kind === 'pipe') return firstOther(object.end, link, ends);
  if (ends === null || socket === null || inode === null) return null;
  const peer = socket.family === 'unix' ? socket.peerInode : (ends.peers.get(inode) ?? null);
  return peer === null ? null : (ends.holders.get(`socket:[${peer}]`)?.first ?? null);
}

function firstOther(end: PipeEnd, link: string, ends: OtherEnds | null): OtherEnd | null {
  if (ends === null || !ends.links.has(link)) return null;
  for (const other of OPPOSITE[end]) {
    const held = ends.holders.get(`${link} ${other}`);
    if (held !== undefined) return held.first;
  }
  return null;
}

/** Fills in how many hold the other end of a pipe, where all processes could be looked at, or the pipe says that it is none. */
export function withOtherEnds(
  object: DescriptorObject | null,
  { link }: Pick<OpenDescriptor, 'link'>,
  ends: OtherEnds | null,
): DescriptorObject | null {
  if (object?.kind === 'terminal') return withSession(object, ends);
  if (object?.kind !== 'pipe' || ends === null || !ends.links.has(link)) return object;
  const held = OPPOSITE[object.end].reduce((sum, end) => sum + (ends.holders.get(`${link} ${end}`)?.count ?? 0), 0);
  return held > 0 || ends.isWhole || ends.lonePipes.has(link) ? { ...object, otherEnds: held } : object;
}

/** `/dev/pts/7` of a master: a process has it as its terminal, or has it open. */
function withSession(
  object: Extract<DescriptorObject, { kind: 'terminal' }>,
  ends: OtherEnds | null,
): DescriptorObject {
  const link = toPts(object.index);
  if (ends === null || !ends.links.has(link)) return object;
  const isHeld = ends.holders.has(link);
  const hungUp = ends.hangUps.get(link) ?? null;
  // Only one that was opened can have been left.
  if (hungUp === true) return { ...object, inUse: false, hungUp };
  return { ...object, inUse: isHeld || ends.isWhole ? isHeld : null, hungUp };
}

export function toPts(index: number): string {
  return `/dev/pts/${index}`;
}

const OPPOSITE = {
  read: ['write', 'both'],
  write: ['read', 'both'],
  both: ['both'],
} as const satisfies Record<PipeEnd, readonly PipeEnd[]>;
