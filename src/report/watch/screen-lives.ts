import { placeOf } from '../../core/history/turnover-book.ts';
import type { Life } from '../../core/model/life.ts';
import type { JudgedPlace } from '../../core/model/turnover.ts';
import type { WatchState } from '../../core/model/watch.ts';
import { formatDuration } from '../../core/parse/duration.ts';
import { formatEndpoint } from '../../core/words/endpoint.ts';
import { formatClock } from '../../core/words/limit-end.ts';
import { escapeText } from '../text/escape.ts';
import type { Paint, ScreenStyle } from '../text/style.ts';

interface LivesStyle extends Pick<ScreenStyle, 'paint' | 'rows'> {
  readonly selected: number;
}

/** The descriptors that are open at a place, the oldest first. */
export function livesAt({ openLives }: WatchState, place: JudgedPlace | undefined): readonly Life[] {
  if (place === undefined) return [];
  const places = new Set(place.members.length === 0 ? [place.place] : place.members);
  return openLives()
    .filter((life) => places.has(placeOf(life)))
    .toSorted((a, b) => a.firstSeen - b.firstSeen || a.fd - b.fd);
}

/** One a line: `> fd 42  since 10:07:41 UTC  for 12 min  established`. */
export function renderLifeRows(lives: readonly Life[], at: number, { paint, rows, selected }: LivesStyle): string[] {
  if (lives.length === 0 || rows < 2) return [];
  const first = Math.max(0, selected - (rows - 2));
  return [
    paint.dim(`  FD      SINCE                    FOR       STATE (${lives.length})`),
    ...lives.slice(first, first + rows - 1).map(({ fd, firstSeen, verdicts }, index) => {
      const mark = first + index === selected ? '>' : ' ';
      const age = formatDuration(at - firstSeen);
      const state = verdicts.at(-1)?.verdict ?? '';
      return `${mark} ${`${fd}`.padEnd(7)} ${formatClock(firstSeen, at).padEnd(24)} ${age.padEnd(9)} ${escapeText(state)}`;
    }),
  ];
}

/** The life of one descriptor: what it is, since when, each state it took, and its ends. */
export function renderLife(life: Life, at: number, paint: Paint): string[] {
  const { fd, kind, target, inode, firstSeen, verdicts, local, lastPeer, acceptedOn } = life;
  const ends = [
    { name: 'local', end: local },
    { name: 'last peer', end: lastPeer },
    { name: 'accepted on', end: acceptedOn },
  ];
  return [
    `${paint.bold(`fd ${fd}`)}  ${escapeText(kind)}  ${escapeText(target)}${inode === null ? '' : `, inode ${escapeText(inode)}`}`,
    '',
    `${formatClock(firstSeen, at)}  first seen, ${formatDuration(at - firstSeen)} ago`,
    ...verdicts.map((one) => `${formatClock(one.at, at)}  ${escapeText(one.verdict)}`),
    '',
    ...ends.flatMap(({ name, end }) => (end === null ? [] : [`${name.padEnd(12)} ${escapeText(formatEndpoint(end))}`])),
  ];
}
