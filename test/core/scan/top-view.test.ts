import { describe, expect, it } from 'vitest';
import { chooseTopRows, FIRST_TOP_VIEW, pressKey, type TopView } from '../../../src/core/scan/top-view.ts';
import { aScanned } from './scanned-process.ts';

const PROCESSES = [
  aScanned(30, { comm: 'redis-server', open: 900, utilization: 0.1 }),
  aScanned(10, { comm: 'nginx', open: 50, utilization: 0.05, standing: 'leak' }),
  aScanned(20, { comm: 'java', open: 400, utilization: 0.9, unit: 'shop.service' }),
];
const [UP, DOWN, PAGE_DOWN, END, ENTER, ESCAPE] = ['\u001b[A', '\u001b[B', '\u001b[6~', '\u001b[F', '\r', '\u001b'];

const shownWith = (view: Partial<TopView>): number[] =>
  chooseTopRows(PROCESSES, { ...FIRST_TOP_VIEW, ...view }).map(({ pid }) => pid);

/** The view after keys, on a screen of two rows. */
function press(...keys: readonly string[]): TopView {
  return keys.reduce((view, key) => {
    const step = pressKey(view, key, chooseTopRows(PROCESSES, view), 2);
    if (step.kind !== 'view') throw new Error(`${JSON.stringify(key)}: ${step.kind}`);
    return step.view;
  }, FIRST_TOP_VIEW);
}

describe('the view of scan --top', () => {
  it('is sorted by the answer first, and by a column for each s', () => {
    const sorted = ['s', 's', 's', 's', 's'].map((_, times, keys) => shownWith(press(...keys.slice(0, times + 1))));
    expect([shownWith({}), ...sorted]).toEqual([
      [10, 20, 30],
      [30, 20, 10],
      [20, 30, 10],
      [10, 20, 30],
      [20, 10, 30],
      [10, 20, 30],
    ]);
  });

  it('moves within the rows, and stays on a process where that moves', () => {
    expect(press(DOWN).pid).toBe(20);
    expect(press(UP).pid).toBe(10);
    expect(press(PAGE_DOWN).pid).toBe(30);
    expect(press(END, DOWN).pid).toBe(30);
    expect(press(DOWN, 's', 's').pid).toBe(20);
  });

  it('shows what the filter is part of: name, pid, unit, place', () => {
    expect(shownWith(press('/', 'S', 'h', 'o', 'p'))).toEqual([20]);
    expect(shownWith({ filter: '30' })).toEqual([30]);
    expect(shownWith({ filter: 'no such' })).toEqual([]);
  });

  it('takes every key for text while a filter is typed, but Enter, Escape and Backspace', () => {
    expect(press('/', 'q', 's', DOWN)).toMatchObject({ filter: 'qs', isTyping: true, sort: 'worst' });
    expect(press('/', 'a', 'b', '\u007f', ENTER)).toMatchObject({ filter: 'a', isTyping: false });
    expect(press('/', 'a', ESCAPE)).toMatchObject({ filter: '', isTyping: false });
    expect(press('/', 'a', ENTER, ESCAPE)).toMatchObject({ filter: '' });
  });

  it('inspects what is selected, nothing where no row is shown, and ends', () => {
    const rows = chooseTopRows(PROCESSES, FIRST_TOP_VIEW);
    expect(pressKey({ ...FIRST_TOP_VIEW, pid: 20 }, ENTER, rows, 2)).toEqual({ kind: 'inspect', pid: 20 });
    expect(pressKey(FIRST_TOP_VIEW, ENTER, [], 2).kind).toBe('view');
    expect(pressKey(FIRST_TOP_VIEW, 'q', rows, 2).kind).toBe('quit');
  });
});
