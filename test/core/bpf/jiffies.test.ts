import { describe, expect, it } from 'vitest';
import { measureJiffyMs } from '../../../src/core/bpf/jiffies.ts';

const counter = (rate: number, uptimeS: number): number => 2 ** 32 + rate * (uptimeS - 300);

describe('measureJiffyMs', () => {
  it.each([100, 250, 300, 1000])(
    'tells %d jiffies a second from every other rate, soon after boot and a year later',
    (rate) => {
      for (const uptimeS of [20, 1000, 86_400, 31_536_000])
        expect(measureJiffyMs(counter(rate, uptimeS), uptimeS * 1000)).toBe(1000 / rate);
    },
  );

  it('allows for lost ticks and slewed clocks', () => {
    expect(measureJiffyMs(counter(250, 86_400) - 20_000, 86_400_000)).toBe(4);
  });

  it('does not know where every rate fits: when the counter wraps', () => {
    expect(measureJiffyMs(2 ** 32, 300_000)).toBeNull();
  });

  it('does not know a rate that no kernel offers', () => {
    expect(measureJiffyMs(counter(77, 5000), 5_000_000)).toBeNull();
  });
});
