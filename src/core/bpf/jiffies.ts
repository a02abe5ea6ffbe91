/** Every rate that a kernel's configuration offers, on any architecture. */
const RATES: readonly number[] = [24, 48, 64, 100, 128, 200, 250, 256, 300, 512, 1000, 1024, 1200];

/** The counter starts five minutes before it leaves 32 bits, so that drivers meet that early. @see kernel INITIAL_JIFFIES */
const BEFORE_WRAP_S = 300;

/** Ticks are lost and clocks are slewed, by far less than two rates differ. */
const TOLERANCE = 0.005;

/**
 * Milliseconds of one jiffy, from the counter and the monotonic clock of the same moment: no file tells the rate. null where more than one
 * rate fits, as in the minutes around the fifth after boot.
 */
export function measureJiffyMs(jiffies: number, monotonicMs: number): number | null {
  const sinceWrapS = monotonicMs / 1000 - BEFORE_WRAP_S;
  const sinceWrap = jiffies - 0x1_0000_0000;
  const fitting = RATES.filter((rate) => {
    const expected = rate * sinceWrapS;
    return Math.abs(sinceWrap - expected) <= Math.abs(expected) * TOLERANCE + rate / 4;
  });
  const [rate] = fitting;
  return fitting.length === 1 && rate !== undefined ? 1000 / rate : null;
}
