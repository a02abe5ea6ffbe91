import type { Inspection } from '../../core/model/inspection.ts';
import type { Place } from '../../core/model/place.ts';
import { toRanges } from '../../core/words/fds.ts';
import { formatNumber } from '../../core/words/numbers.ts';
import { escapeText } from '../text/escape.ts';
import { paintLeak, type Style } from '../text/style.ts';
import { cutToWidth, measureWidth, wrap } from '../text/width.ts';
import { describePlaceUse, sayWhere } from './place-words.ts';

interface Rows {
  /** At most so many rows, the last of them being what is left over. */
  readonly most: number;
  /** The same where all of them are places of many. */
  readonly mostLarge: number;
  readonly hasHead: boolean;
}

/** Fewer than this, of no socket and unsuspected, need no row of their own. */
const FEW = 3;
/** What every program has some of is worth a row only where it is many: a device opened for each request. */
const MANY = 8;
const COUNT_WIDTH = 7;
const WHAT_WIDTH = 26;
const FDS_WIDTH = 22;

/** The largest places, one a line: count, what, where, what else is known, and numbers where there is room; one row for all the rest. */
export function* renderPlaces(
  { places, process: { pid } }: Pick<Inspection, 'places' | 'process'>,
  style: Style,
  rows: Rows,
): Generator<string> {
  const { shown, rest } = choose(withOneListener(places), rows);
  const { paint, columns } = style;
  const widest = Math.max(0, ...shown.map(({ what }) => measureWidth(what)));
  const width = Math.min(WHAT_WIDTH, Math.max(widest, rest.length > 0 ? 'files, other'.length : 0, 'WHAT'.length));
  const left = COUNT_WIDTH + width + 4;
  const room = Math.max(20, columns - left);
  if (rows.hasHead) {
    const where = 'WHERE'.padEnd(room - FDS_WIDTH - 2);
    yield `${paint.dim(`${'COUNT'.padStart(COUNT_WIDTH)}  ${'WHAT'.padEnd(width)}  ${where}  FDS`)}\n`;
  }
  for (const place of shown) {
    const colour = paintLeak(paint, place.leak);
    const head = `${formatNumber(place.count).padStart(COUNT_WIDTH)}  ${cutToWidth(escapeText(place.what), width).padEnd(width)}`;
    const [first = '', ...more] = sayPlace(place, pid, { room, hasHead: rows.hasHead });
    yield `${colour(head)}  ${first}\n`.replace(/ +\n$/, '\n');
    for (const line of more) yield `${' '.repeat(left)}${line}\n`;
  }
  if (rest.length > 0) {
    const count = rest.reduce((sum, place) => sum + place.count, 0);
    const name = rest.every((place) => isSmall(place)) ? 'files, other' : 'more';
    yield `${formatNumber(count).padStart(COUNT_WIDTH)}  ${name.padEnd(width)}  ${cutToWidth(sayRest(rest), room)}\n`;
  }
}

/** Where, what is known, and the numbers if they fit on the line; the notes on a second line if they do not fit on the first. */
function sayPlace(place: Place, pid: number, { room, hasHead }: { room: number; hasHead: boolean }): string[] {
  const where = sayWhere(place);
  const notes = [
    ...(place.tid === null ? [] : [`table of thread ${place.tid}`]),
    ...(hasHead && place.what.startsWith('dead ') ? [] : describePlaceUse(place, pid)),
  ];
  const fds = sayFds(place);
  const text = [where, ...notes].filter((part) => part !== '').join(hasHead ? '  ' : ', ');
  const column = room - FDS_WIDTH - 2;
  if (measureWidth(text) <= column)
    return [
      `${padTo(text, hasHead ? column : 0)}  ${cutToWidth(fds, hasHead ? FDS_WIDTH : room - measureWidth(text) - 2)}`,
    ];
  if (measureWidth(text) <= room) return [text];
  const [first = '', ...more] = wrap(where === '' ? notes.join(', ') : where, room);
  return [first, ...more, ...(where === '' ? [] : wrap(notes.join(', '), room))];
}

function sayFds({ fds }: Place): string {
  const ranges = toRanges(fds.filter((fd) => fd >= 0).sort((a, b) => a - b)).join(' ');
  return `fd ${ranges}`;
}

/** A service that listens at every address has a socket for each kind of them: one row. */
function withOneListener(places: readonly Place[]): readonly Place[] {
  const byPort = new Map<string, Place>();
  for (const place of places) {
    if (place.what !== 'listening') continue;
    const where = sayWhere(place);
    const twin = byPort.get(where);
    byPort.set(where, twin === undefined ? place : toOne(twin, place, where));
  }
  const told = new Set(byPort.values());
  return places.flatMap((place) => {
    if (place.what !== 'listening') return [place];
    const one = byPort.get(sayWhere(place));
    return one !== undefined && told.delete(one) ? [one] : [];
  });
}

function toOne(one: Place, other: Place, where: string): Place {
  const fds = [...one.fds, ...other.fds];
  return { ...one, where: `${where}, IPv4 and IPv6`, count: one.count + other.count, fds };
}

function choose(places: readonly Place[], rows: Rows): { shown: readonly Place[]; rest: readonly Place[] } {
  const large = places.filter((place) => !isSmall(place));
  // The last row is what is left over.
  const ofMany = large.filter(({ count }) => count >= MANY).length;
  const most = Math.min(rows.mostLarge, Math.max(rows.most, ofMany + 1));
  const small = places.filter((place) => isSmall(place));
  if (large.length + Math.min(small.length, 1) > most) {
    return { shown: large.slice(0, most - 1), rest: [...large.slice(most - 1), ...small] };
  }
  return small.length === 1 || large.length + small.length <= Math.min(most, 2)
    ? { shown: [...large, ...small], rest: [] }
    : { shown: large, rest: small };
}

/** Sockets have a section of their own: an operator looks for the listener. */
function isSmall({ count, leak, what }: Place): boolean {
  if (leak !== 'no') return false;
  return OWN.has(what) ? count < MANY : count < FEW && PLAIN.has(what);
}

/** What a runtime has for itself. */
const OWN: ReadonlySet<string> = new Set(['character-device', 'event loop']);
const PLAIN: ReadonlySet<string> = new Set([
  'file',
  'directory',
  'pipe',
  'fifo',
  'eventfd',
  'timerfd',
  'signalfd',
  'epoll + eventfd',
  'epoll + pipe',
  'epoll + unix pair',
  'epoll + wakers',
  'epoll',
  'inotify',
  'io-uring',
  'memfd',
  'anon',
  'deleted file',
  'unix stream',
  'unix datagram',
  'netlink',
]);

function sayRest(rest: readonly Place[]): string {
  const counts = new Map<string, number>();
  for (const place of rest) {
    const name = nameInRest(place);
    counts.set(name, (counts.get(name) ?? 0) + place.count);
  }
  return [...counts].map(([name, count]) => (count === 1 ? name : `${name} ${count}`)).join(', ');
}

/** `app.log`; `listening :8080`, `udp to 10.0.0.9:53`: what tells one from another in a word or two. */
function nameInRest(place: Place): string {
  const { what, where, path } = place;
  if (where?.startsWith('/') === true && !what.startsWith('unix')) return escapeText(shorten(path ?? where));
  const isAlone = /^(?:udp|listening|established|CLOSE_WAIT|FIN_WAIT)/.test(what) && where !== null;
  return isAlone
    ? `${escapeText(what)} ${sayWhere(place).replace(/^on (?:\[::\]|0\.0\.0\.0)?/, '')}`
    : escapeText(what);
}

function shorten(path: string): string {
  return path.startsWith('/dev/') ? path : path.slice(path.lastIndexOf('/') + 1) || path;
}

function padTo(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - measureWidth(text)));
}
