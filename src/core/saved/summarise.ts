import type { Kind } from '../model/descriptor.ts';
import type { PartSummary, PerProcess } from '../model/recognised.ts';
import type { Stacks } from '../model/stacks.ts';
import { findOwnFrame, findSuspect, toPlaceName } from '../parse/stacks/stacks.ts';
import { withoutRepeats } from './repeats.ts';
import type { Part, PartContent, SavedDescriptor, SavedHandle, SavedSocket } from './part.ts';

const NOTHING: PartSummary = {
  pids: null,
  rows: null,
  descriptors: null,
  sockets: null,
  unlistedTcp: null,
  kinds: null,
  states: null,
  limits: null,
  stacks: null,
  handles: null,
};

/** Counts what one part says. What it does not tell is null, never 0. */
export function summarise(part: Part): PartSummary {
  const { content, pids } = part;
  const base = { ...NOTHING, pids: pids.length === 0 ? null : pids };
  if (isCounted(content)) return { ...base, rows: content.rows };
  switch (content.kind) {
    case 'descriptors':
      return { ...base, ...ofDescriptors(content.rows, part) };
    case 'sockets':
      return { ...base, rows: content.rows.length, ...ofSockets(content.rows, content.hasOwners ? pids : []) };
    case 'limits':
      return { ...base, rows: content.rows, limits: content.limits };
    case 'count':
      return { ...base, rows: 0, descriptors: content.descriptors, sockets: content.sockets };
    case 'stacks':
      return { ...base, stacks: ofStacks(content.stacks) };
    case 'node-report':
      return { ...base, rows: content.rows, limits: content.limits, handles: ofHandles(content.handles) };
    case 'refused':
      return base;
  }
}

type Counted = Extract<PartContent, { kind: 'process' | 'protocols' | 'fdinfo' | 'thread' | 'program' | 'text' }>;

const COUNTED: ReadonlySet<string> = new Set<Counted['kind']>([
  'process',
  'protocols',
  'fdinfo',
  'thread',
  'program',
  'text',
]);

/** Whether nothing but rows is counted of it. */
function isCounted(content: PartContent): content is Counted {
  return COUNTED.has(content.kind);
}

function ofStacks(stacks: Stacks): PartSummary['stacks'] {
  const frames = findSuspect(stacks)?.frames ?? [];
  const frame = findOwnFrame(frames) ?? frames[0];
  return {
    total: stacks.total,
    groups: stacks.groups.length,
    largest: stacks.groups[0]?.count ?? 0,
    suspectFrame: frame === undefined ? null : toPlaceName(frame),
  };
}

function ofHandles(handles: readonly SavedHandle[]): PartSummary['handles'] {
  const tcp = handles.filter(({ type }) => type === 'tcp');
  const deadTcpFds = tcp.filter(({ isDead }) => isDead).map(({ fd }) => fd);
  return { withFd: handles.length, tcp: tcp.length, deadTcpFds };
}

function ofDescriptors(rows: readonly SavedDescriptor[], { pids, tool, isWhole }: Part): Partial<PartSummary> {
  const numbered = withoutRepeats(rows);
  const isOfOne = pids.length <= 1 || numbered.every(({ pid }) => pid === pids[0]);
  const byPid = isOfOne ? [] : groupByPid(numbered, isWhole ? pids : []);
  const per = <Value>(of: (mine: readonly SavedDescriptor[]) => Value): PerProcess<Value> =>
    isOfOne ? of(numbered) : Object.fromEntries(byPid.map(([pid, mine]) => [`${pid}`, of(mine)]));
  const sockets = numbered.flatMap(({ socket }) => socket ?? []);
  const knowsTables = sockets.some(({ listed }) => listed !== null);
  const isLsof = tool.startsWith('lsof');
  const isDenied = rows.some(({ fdText }) => fdText === 'NOFD');
  const isRead = !isDenied && numbered.every(({ kind }) => kind !== null);
  return {
    rows: rows.length,
    descriptors: isDenied ? null : per((mine) => mine.length),
    sockets: isRead ? per((mine) => mine.filter(({ kind }) => kind === 'socket').length) : null,
    unlistedTcp: isRead && (knowsTables || (isLsof && sockets.length === 0)) ? per(countUnlistedTcp) : null,
    kinds: isRead ? per(countKinds) : null,
    states: knowsTables ? countStates(sockets) : null,
  };
}

/** Of a listing that lacks rows, no rows of a process are not zero. */
function groupByPid(
  rows: readonly SavedDescriptor[],
  pids: readonly number[],
): readonly (readonly [pid: number, rows: readonly SavedDescriptor[]])[] {
  const groups = new Map<number, SavedDescriptor[]>(pids.map((pid) => [pid, []]));
  for (const row of rows) {
    if (row.pid === null) continue;
    const group = groups.get(row.pid);
    if (group === undefined) groups.set(row.pid, [row]);
    else group.push(row);
  }
  return [...groups];
}

/** Whether a socket may be an orphan by this listing: TCP in no table, or of no known protocol. */
function mayBeDead({ listed, protocol, family }: SavedSocket): boolean {
  return listed === false && (protocol === 'tcp' || protocol === 'mptcp' || (protocol === null && family === null));
}

function countUnlistedTcp(rows: readonly SavedDescriptor[]): number {
  return rows.filter(({ socket }) => socket !== null && mayBeDead(socket)).length;
}

function countKinds(rows: readonly SavedDescriptor[]): Partial<Record<Kind, number>> {
  const counts: Partial<Record<Kind, number>> = {};
  for (const { kind } of rows) if (kind !== null) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}

/** Of TCP alone. */
function countStates(sockets: readonly SavedSocket[]): Record<string, number> | null {
  const counts: Record<string, number> = {};
  for (const { state, protocol } of sockets) {
    if (state !== null && (protocol === 'tcp' || protocol === 'mptcp')) counts[state] = (counts[state] ?? 0) + 1;
  }
  return Object.keys(counts).length === 0 ? null : counts;
}

/** Where several processes are named, the one that holds most is meant: the others hold the other ends. */
function ofSockets(rows: readonly SavedSocket[], pids: readonly number[]): Partial<PartSummary> {
  if (pids.length === 0) return { states: countStates(rows) };
  const counts = new Map(pids.map((pid) => [pid, 0]));
  for (const { holders } of rows) {
    for (const pid of new Set(holders.map((holder) => holder.pid))) counts.set(pid, (counts.get(pid) ?? 0) + 1);
  }
  const [pid, sockets] = [...counts].reduce((best, one) => (one[1] > best[1] ? one : best));
  const most = pids.length > 1 ? rows.filter(({ holders }) => holders.some((holder) => holder.pid === pid)) : rows;
  return { sockets, states: countStates(most) };
}
