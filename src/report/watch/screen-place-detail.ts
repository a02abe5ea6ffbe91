import { nameWhole } from '../../core/words/place-name.ts';
import type { JudgedPlace } from '../../core/model/turnover.ts';
import type { WatchState } from '../../core/model/watch.ts';
import { formatClock } from '../../core/words/limit-end.ts';
import { formatRates } from '../../core/words/place-growth.ts';
import { escapeText } from '../text/escape.ts';
import type { Paint } from '../text/style.ts';

/** One place in full: what came and went there, and why it is judged so. */
export function renderPlaceDetail(place: JudgedPlace, { at }: WatchState, paint: Paint): string[] {
  const { what, open, atStart, opened, closed, survivors, oldestSince, youngestSince, judgement, because } = place;
  const word = {
    leak: paint.red('LEAK'),
    'may-be-load': paint.yellow('MAY BE LOAD'),
    steady: 'STEADY',
    'too-short': 'TOO SHORT TO TELL',
  };
  const rates = formatRates(place);
  return [
    `${word[judgement]}  ${paint.bold(escapeText(nameWhole(place)))}  ${what}`,
    '',
    escapeText(because),
    ...(rates === '' ? [] : [rates]),
    '',
    `open now             ${open}`,
    `open at first look   ${atStart}`,
    `opened since         ${opened}`,
    `closed since         ${closed}`,
    `opened, still open   ${survivors}`,
    `oldest since         ${oldestSince === null ? '-' : formatClock(oldestSince, at)}`,
    `youngest since       ${youngestSince === null ? '-' : formatClock(youngestSince, at)}`,
  ];
}
