const BARS = '▁▂▃▄▅▆▇█';

/** `▁▂▅█`: the last `width` values between the lowest and the highest of them; a blank where nothing was seen. */
export function renderSparkline(values: readonly (number | null)[], width: number): string {
  const shown = values.slice(-width);
  const known = shown.filter((value) => value !== null);
  const low = Math.min(...known);
  const high = Math.max(...known);
  return shown
    .map((value) => {
      if (value === null) return ' ';
      const level = high === low ? 0 : Math.round(((value - low) / (high - low)) * (BARS.length - 1));
      return BARS[level] ?? ' ';
    })
    .join('');
}
