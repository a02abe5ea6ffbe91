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

/** The date of a day counted from 1970 in the Gregorian calendar; the year is taken to begin in March. */
function toDate(days: number): { readonly year: number; readonly month: number; readonly day: number } {
  const sinceMarch0 = days + 719_468;
  const era = Math.floor(sinceMarch0 / 146_097);
  const dayOfEra = sinceMarch0 - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1;
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
  return { year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day };
}
