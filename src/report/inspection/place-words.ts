import type { Place, Span } from '../../core/model/place.ts';
import type { Relation } from '../../core/model/sharer.ts';
import { formatDuration } from '../../core/parse/duration.ts';
import { formatCount, formatNumber } from '../../core/words/numbers.ts';
import { formatBytes } from '../../core/words/bytes.ts';
import { escapeText } from '../text/escape.ts';

/** Where it is, without the words that a column's head says already. Escaped. */
export function sayWhere({ what, where, path }: Pick<Place, 'what' | 'where' | 'path'>): string {
  if (where === null || what.startsWith('netlink ') || what === 'packet') return '';
  if (path !== null) return escapeText(sayPath(where, path));
  const [, address] = /^on (.*):\*$/.exec(where) ?? [];
  if (address !== undefined) return `${ANY.test(address) ? '' : `${address}, `}${OWN_PORTS}`;
  return escapeText(what === 'listening' ? where.replace(/^on (?:(?:\[::\]|0\.0\.0\.0)(?:, )?)?/, '') : where);
}

/** Where all have one path, as it is: digits and made-up names are what one looks for. */
function sayPath(where: string, path: string): string {
  const isPath = where.startsWith('/') || where.startsWith('@');
  // Which process it is of tells less than which file of /proc.
  if (isPath && !path.startsWith('/memfd:') && !path.startsWith('/proc/')) return path;
  return where.startsWith('to /') || where.startsWith('to @') ? `to ${path}` : where;
}

const ANY = /^(?:\[::\]|0\.0\.0\.0)$/;
const OWN_PORTS = 'bound to no port in particular';

/** From so many on one object opened again and again is said so. */
const REPEATED = 8;

/** What else is known of the members of a place, the most telling first: `one file, opened 895 times`, `idle 3 s to 31 min`. */
export function describePlaceUse(place: Place, pid: number): string[] {
  return [
    ...describeOpens(place),
    ...describePeers(place),
    ...describeWatches(place),
    ...describeEnds(place),
    ...describeData(place),
    ...describeIdle(place),
    ...describeOtherEnd(place, pid),
    ...describeSharers(place),
  ];
}

/** Where how many different ones there are tells something: both ends of a pipe are one object. */
const FILES: ReadonlySet<string> = new Set(['file', 'directory', 'deleted file']);

/** Memory is not opened; all masters of terminals are /dev/ptmx. */
const UNTOLD: ReadonlySet<string> = new Set(['memfd', 'terminal']);
/** Nobody can open a socket twice: dup(2) has made these. */
const DUPLICATED = /^(?:listening|established|CLOSE_WAIT|FIN_WAIT|udp|unix|dead|bound)/;

function describeOpens(place: Place): string[] {
  const { count, heldBytes, fileSystem, what, sets } = place;
  const objects = count < REPEATED ? null : sayObjects(place);
  return [
    ...(objects === null ? [] : [objects]),
    ...(what === 'event loop' && sets !== null && sets > 1
      ? [`${formatNumber(sets)} ${sets === count ? '' : 'of them '}epoll sets`]
      : []),
    ...(heldBytes !== null && heldBytes > 0
      ? [`${formatBytes(heldBytes)} held${fileSystem === null ? '' : ` on ${escapeText(fileSystem)}`}`]
      : []),
  ];
}

/** How many different ones its members are, where that tells something. */
function sayObjects({ what, objects, opens, count, wholePipes }: Place): string | null {
  if (what === 'pipe' && wholePipes !== null && wholePipes > 0) return sayPipes(count, objects, wholePipes);
  if (objects === 1) return UNTOLD.has(what) ? null : sayOne(what, opens, count);
  if (objects === null || objects === count) return null;
  if (FILES.has(what)) return `${objects} different`;
  return DUPLICATED.test(what) ? `${formatNumber(objects)} sockets, copied by dup(2)` : null;
}

function sayOne(what: string, opens: number | null, count: number): string {
  if (DUPLICATED.test(what)) return `one socket, ${count} descriptors of it`;
  if (opens === 1) return `one open file, ${count} descriptors of it`;
  return opens === null ? `one object, ${count} descriptors of it` : `one object, opened ${opens} times`;
}

function sayPipes(count: number, pipes: number | null, whole: number): string {
  const copies =
    2 * whole < count && pipes === whole
      ? `, ${formatNumber(count)} descriptors of ${whole === 1 ? 'it' : 'them'}`
      : '';
  const name = formatCount(whole, 'pipe');
  return pipes === whole ? `${name}, both ends here${copies}` : `both ends of ${name} here`;
}

function describePeers({ where, peers, clientsWaiting }: Place): string[] {
  return [
    ...(peers !== null && peers > 1 && where?.startsWith('to *') === true ? [`${formatNumber(peers)} addresses`] : []),
    ...(clientsWaiting !== null && clientsWaiting > 0
      ? [formatCount(clientsWaiting, 'client waits', 'clients wait')]
      : []),
  ];
}

/** What somebody has to wait for, or it was made for nothing. */
const AWAITED: ReadonlySet<string> = new Set(['timerfd', 'signalfd', 'eventfd', 'inotify', 'fanotify']);

function describeWatches({ what, watches, attended, count }: Place): string[] {
  const notes: string[] = [];
  if (watches !== null) {
    const number = watches.least === watches.most ? `${watches.least}` : `${watches.least} to ${watches.most}`;
    notes.push(`${number} ${watches.most === 1 ? 'watch' : 'watches'}${count > 1 ? ' each' : ''}`);
  }
  if (AWAITED.has(what) && count >= REPEATED && attended === 0) notes.push('no epoll set or thread waits on them');
  return notes;
}

const ENDED: Readonly<Record<string, string>> = {
  file: 'of ended processes',
  directory: 'of ended processes',
  terminal: 'without a session',
};

function describeEnds({ what, ended, count }: Place): string[] {
  const words = ENDED[what];
  if (ended === null || ended === 0 || words === undefined) return [];
  return [ended === count ? words : `${ended} ${words}`];
}

function describeData({ what, unreadBytes, unsentBytes, attended, timerless, count }: Place): string[] {
  const notes: string[] = [];
  // The end of a connection counts as one byte.
  if (unreadBytes !== null && unreadBytes.most > 1) {
    const waits = attended === 0 ? ', no epoll set or thread waits on them' : '';
    notes.push(`${sayBytes(unreadBytes)} unread${waits}`);
  }
  if (unsentBytes !== null && unsentBytes.most > 0) notes.push(`${sayBytes(unsentBytes)} unsent`);
  if (what.startsWith('established') && timerless !== null && timerless > 0 && count >= REPEATED) {
    notes.push(timerless === count ? 'no timer' : `${timerless} without a timer`);
  }
  return notes;
}

function describeIdle({ what, idleMs, oldestMs, quiet, count }: Place): string[] {
  if (quiet !== null && quiet.count < count) {
    const others = idleMs === null ? '' : `, ${count - quiet.count} spoke ${formatDuration(idleMs.least)} ago`;
    return [`${quiet.count} silent for ${formatDuration(quiet.forMs)}${others}`];
  }
  if (idleMs !== null && !what.startsWith('listening')) return [`idle ${sayTimes(idleMs)}`];
  return oldestMs === null ? [] : [`dead at most ${formatDuration(oldestMs)}`];
}

function describeOtherEnd({ what, otherEnd, count }: Place, pid: number): string[] {
  if (otherEnd === null || count < REPEATED || what.startsWith('epoll + ')) return [];
  const who = otherEnd.pid === pid ? 'this process' : `${escapeText(otherEnd.comm)} ${otherEnd.pid}`;
  if (otherEnd.processes >= REPEATED) return [`other ends: ${otherEnd.processes} processes, as ${who}`];
  return [otherEnd.count < count ? `other end of ${otherEnd.count}: ${who}` : `other end: ${who}`];
}

const RELATIVES = { parent: 'its parent ', child: 'its child ', sibling: '', other: '' } as const satisfies Record<
  Relation,
  string
>;

/**
 * Of a few, only a listener that nothing here waits on is worth it: its clients may be another's. Of what has no other end any more, that is
 * told.
 */
function describeSharers({ alsoHeldBy, count, what, attended, ended }: Place): string[] {
  if (alsoHeldBy === null || 2 * alsoHeldBy.count < count || (ended ?? 0) > 0) return [];
  if (count < REPEATED && !(what === 'listening' && attended === 0)) return [];
  const { pid, comm, relation, processes } = alsoHeldBy;
  const who = `${RELATIVES[relation]}${escapeText(comm)} ${pid}`;
  const some = alsoHeldBy.count < count ? `${alsoHeldBy.count} ` : '';
  return [`${some}also held by ${processes > 1 ? `${processes} processes, as ` : ''}${who}`];
}

function sayTimes({ least, most }: Span): string {
  const [from, to] = [formatDuration(least), formatDuration(most)];
  return from === to ? from : `${from} to ${to}`;
}

function sayBytes({ least, most }: Span): string {
  const [from, to] = [formatBytes(least), formatBytes(most)];
  return from === to ? from : `${from} to ${to}`;
}
