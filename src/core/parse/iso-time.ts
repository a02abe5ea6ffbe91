const MOMENT = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{3}))?Z$/;
const HOUR_MS = 3_600_000;

/** ISO 8601 of ms since 1970, without a clock: `2026-11-22T19:46:00.000Z`. */
export function toIso(at: number): string {
  const ms = Math.floor(at);
  const days = Math.floor(ms / 86_400_000);
  const rest = ms - days * 86_400_000;
  const { year, month, day } = toDate(days);
  const two = (value: number): string => `${Math.floor(value)}`.padStart(2, '0');
  const time = `${two(rest / HOUR_MS)}:${two((rest / 60_000) % 60)}:${two((rest / 1000) % 60)}`;
  return `${`${year}`.padStart(4, '0')}-${two(month)}-${two(day)}T${time}.${`${rest % 1000}`.padStart(3, '0')}Z`;
}

/** Milliseconds since 1970 of ISO 8601 in UTC, `2026-11-22T19:46:00.000Z` -> 1795376760000; null where it is none. */
export function parseIso(moment: string): number | null {
  const [year, month, day, hour, minute, second, ms] = (MOMENT.exec(moment)?.slice(1) ?? []).map((part) =>
    Number(part ?? 0),
  );
  if (year === undefined || month === undefined || day === undefined) return null;
  const hours = toDays(year, month, day) * 24 + (hour ?? 0);
  return ((hours * 60 + (minute ?? 0)) * 60 + (second ?? 0)) * 1000 + (ms ?? 0);
}

/** The date of a day counted from 1970 in the Gregorian calendar. */
function toDate(days: number): { readonly year: number; readonly month: number; readonly day: number } {
  // The mean year is off by less than two at any date: begin above, go down.
  let year = 1970 + Math.floor(days / 365.2425) + 2;
  while (toDays(year, 1, 1) > days) year -= 1;
  let month = 12;
  while (toDays(year, month, 1) > days) month -= 1;
  return { year, month, day: days - toDays(year, month, 1) + 1 };
}

/** Days since 1970 in the Gregorian calendar; the year is taken to start in March, so that a leap day ends it. */
function toDays(year: number, month: number, day: number): number {
  const y = month > 2 ? year : year - 1;
  const dayOfYear = Math.floor((153 * ((month + 9) % 12) + 2) / 5) + day - 1;
  return y * 365 + Math.floor(y / 4) - Math.floor(y / 100) + Math.floor(y / 400) + dayOfYear - 719_468;
}
