import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { CountedLog } from '../../src/daemon/log.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function toLog(): { lines: string[]; counted: CountedLog } {
  const lines: string[] = [];
  return {
    lines,
    counted: new CountedLog(
      (line) => lines.push(line),
      5000,
      (count) => `${count}`,
    ),
  };
}

it('logs the first event at once and the rest as one number per interval', () => {
  const { lines, counted } = toLog();
  for (let i = 0; i < 1000; i += 1) counted.add();
  expect(lines).toEqual(['1']);

  vi.advanceTimersByTime(5000);
  expect(lines).toEqual(['1', '999']);
});

it('is quiet while nothing happens, and logs at once again after a quiet interval', () => {
  const { lines, counted } = toLog();
  counted.add();
  vi.advanceTimersByTime(60_000);
  counted.add();

  expect(lines).toEqual(['1', '1']);
});

it('does not lose what was counted when it is closed', () => {
  const { lines, counted } = toLog();
  counted.add();
  counted.add(3);
  counted.close();

  expect(lines).toEqual(['1', '3']);
});
