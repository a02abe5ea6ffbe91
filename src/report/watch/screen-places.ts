import { nameWhole } from '../../core/words/place-name.ts';
import type { JudgedPlace } from '../../core/model/turnover.ts';
import type { WatchState } from '../../core/model/watch.ts';
import { formatDuration } from '../../core/parse/duration.ts';
import { escapeText } from '../text/escape.ts';
import type { ScreenStyle } from '../text/style.ts';
import { cutToWidth } from '../text/width.ts';
import type { PlaceOrder } from './screen-views.ts';
import { sortPlaces } from './screen-place-order.ts';

const TEN_MINUTES_MS = 600_000;
const WHAT = 16;
const NUMBERS = 8;
/** Narrower than this, the age and then the change go. */
const WITH_OLDEST = 60;
const WITH_CHANGE = 46;

interface PlaceStyle extends ScreenStyle {
  readonly selected: number;
  readonly order: PlaceOrder;
}

/** The places that hold most: `WHAT  WHERE  NOW  +10MIN  OLDEST`, the selected one marked. */
export function renderPlaceRows(state: WatchState, { paint, columns, rows, selected, order }: PlaceStyle): string[] {
  const places = sortPlaces(state.places, order);
  if (places.length === 0 || rows < 2) return [];
  const changed = measureChange(state);
  const hasChange = columns >= WITH_CHANGE;
  const hasOldest = columns >= WITH_OLDEST;
  const where = Math.max(10, columns - 2 - WHAT - 2 - NUMBERS * (1 + Number(hasChange) + Number(hasOldest)) - 1);
  const toLine = (
    mark: string,
    [what, place, now, change, oldest]: readonly [string, string, string, string, string],
  ): string =>
    `${mark} ${fit(what, WHAT)}  ${fit(place, where)} ${now.padStart(NUMBERS - 1)}${hasChange ? change.padStart(NUMBERS) : ''}${hasOldest ? oldest.padStart(NUMBERS) : ''}`;
  const first = Math.max(0, selected - (rows - 2));
  const shown = places.slice(first, first + rows - 1);
  return [
    paint.dim(toLine(' ', ['WHAT', order === 'now' ? 'WHERE' : `WHERE, by ${order}`, 'NOW', '+10MIN', 'OLDEST'])),
    ...shown.map((place, index) => {
      const { what, open, oldestSince, judgement } = place;
      const age = oldestSince === null ? '-' : formatDuration(state.at - oldestSince).replace(' ', '');
      const line = toLine(first + index === selected ? '>' : ' ', [
        what,
        nameWhole(place),
        `${open}`,
        changed(place),
        age,
      ]);
      return judgement === 'leak' ? paint.red(line) : judgement === 'may-be-load' ? paint.yellow(line) : line;
    }),
  ];
}

/** Against the full look ten minutes ago, or the first that is remembered. */
function measureChange({ recent, at }: WatchState): (place: JudgedPlace) => string {
  const looks = recent.filter(({ full }) => full?.byPlace != null);
  const before = looks.findLast((look) => look.at <= at - TEN_MINUTES_MS) ?? looks[0];
  const counts = before?.full?.byPlace ?? null;
  return ({ place, members, open }) => {
    if (counts === null) return '?';
    const places = members.length === 0 ? [place] : members;
    const change = open - places.reduce((all, one) => all + (counts[one] ?? 0), 0);
    return change > 0 ? `+${change}` : `${change}`;
  };
}

function fit(text: string, width: number): string {
  return cutToWidth(escapeText(text), width).padEnd(width);
}
