const MOMENT = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{3}))?Z$/;

/**
 * Milliseconds between two moments, `2026-11-22T19:00:00.000Z` and `2026-11-22T19:46:00.000Z` -> 2760000.
 * Null where one is not known.
 */
export function measureElapsedMs(from: string | null, until: string | null): number | null {
  const start = from === null ? null : toEpochMs(from);
  const end = until === null ? null : toEpochMs(until);
  return start === null || end === null ? null : end - start;
}

function toEpochMs(moment: string): number | null {
  const [year, month, day, hour, minute, second, ms] = (MOMENT.exec(moment)?.slice(1) ?? []).map((part) =>
    Number(part ?? 0),
  );
  if (year === undefined || month === undefined || day === undefined) return null;
  const hours = toDays(year, month, day) * 24 + (hour ?? 0);
  return ((hours * 60 + (minute ?? 0)) * 60 + (second ?? 0)) * 1000 + (ms ?? 0);
}

/** Days since 1970 in the Gregorian calendar; the year is taken to start in March, so that a leap day ends it. */
function toDays(year: number, month: number, day: number): number {
  const y = month > 2 ? year : year - 1;
  const dayOfYear = Math.floor((153 * ((month + 9) % 12) + 2) / 5) + day - 1;
  return y * 365 + Math.floor(y / 4) - Math.floor(y / 100) + Math.floor(y / 400) + dayOfYear - 719_468;
}
