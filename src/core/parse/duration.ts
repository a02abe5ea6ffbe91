const UNIT_MS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

const DURATION = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/;

/** Each unit is used below `below`; seconds have a decimal. */
const SHOWN = [
  { unit: 'ms', unitMs: UNIT_MS.ms, below: 1000, digits: 0 },
  { unit: 's', unitMs: UNIT_MS.s, below: 120, digits: 1 },
  { unit: 'min', unitMs: UNIT_MS.m, below: 120, digits: 0 },
  { unit: 'h', unitMs: UNIT_MS.h, below: 48, digits: 0 },
] as const;

/**
 * Reads a duration of the command line in ms: `250ms` -> 250, `1.5s` -> 1500, `48h`, `30d`, `0`.
 * One number and one unit; anything else, and what no number holds exactly, is `undefined`.
 */
export function parseDuration(text: string): number | undefined {
  if (text === '0') return 0;
  const [, amount, unit] = DURATION.exec(text) ?? [];
  if (amount === undefined || !isUnit(unit)) return undefined;
  const ms = Number(amount) * UNIT_MS[unit];
  return ms <= Number.MAX_SAFE_INTEGER ? ms : undefined;
}

function isUnit(text: string | undefined): text is keyof typeof UNIT_MS {
  return text !== undefined && Object.hasOwn(UNIT_MS, text);
}

/** Writes ms for people: 85788 -> `85.8 s`, 720000 -> `12 min`, 259200000 -> `3 d`. Rounded, for no machine. */
export function formatDuration(ms: number): string {
  if (ms < 0) return `-${formatDuration(-ms)}`;
  for (const { unit, unitMs, below, digits } of SHOWN) {
    const shown = Number((ms / unitMs).toFixed(digits));
    if (shown < below) return `${shown} ${unit}`;
  }
  return `${Math.round(ms / UNIT_MS.d)} d`;
}
