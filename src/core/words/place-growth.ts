import { nameWhole } from './place-name.ts';
import type { JudgedPlace } from '../model/turnover.ts';
import { formatTurnover } from '../trend/turnover-words.ts';
import { formatRate } from './numbers.ts';

/** `1.7 per hour (1.5 to 1.9)`; empty where it is not known. */
export function formatRates({
  perHour,
  perHourLow,
  perHourHigh,
}: Pick<JudgedPlace, 'perHour' | 'perHourLow' | 'perHourHigh'>): string {
  if (perHour === null) return '';
  return `${formatRate(perHour)} per hour (${formatRate(perHourLow)} to ${formatRate(perHourHigh)})`;
}

/** `tcp to 127.0.0.1:36191 (established)`; what the place says already is not said again. */
function formatPlace(place: Pick<JudgedPlace, 'place' | 'members' | 'what'>): string {
  const { what } = place;
  const name = nameWhole(place);
  return what === '' || name.split(' ').includes(what) ? name : `${name} (${what})`;
}

/** `+200 since the first look: tcp to 127.0.0.1:36191 (established), 200 opened, none closed`: of a watch too short to say more. */
export function formatEarlyRise(place: JudgedPlace): string {
  return `+${place.open - place.atStart} since the first look: ${formatPlace(place)}, ${formatTurnover(place)}`;
}

/** `tcp to 127.0.0.1:36191 (established): 39 of 39 opened are still open, none was ever closed; 936 per hour (800 to 1000)` */
export function formatPlaceGrowth(place: JudgedPlace): string {
  const rates = formatRates(place);
  return `${formatPlace(place)}: ${place.because}${rates === '' ? '' : `; ${rates}`}`;
}
