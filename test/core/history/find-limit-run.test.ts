import { expect, it } from 'vitest';
import { findLimitRun } from '../../../src/core/history/find-limit-run.ts';
import type { Sample } from '../../../src/core/model/sample.ts';
import { aSample } from '../../store/tick-builder.ts';

const samples = (...open: readonly number[]): Sample[] =>
  open.map((count, n) => aSample({ at: n * 10_000, open: count, soft: 64 }));

it.each([
  { is: 'none left since the third look', seen: samples(62, 63, 64, 64), run: { after: 10_000, since: 20_000 } },
  { is: 'one freed again', seen: samples(64, 64, 63), run: null },
  { is: 'full again after a moment', seen: samples(64, 63, 64), run: { after: 10_000, since: 20_000 } },
  { is: 'full from the first look on', seen: samples(64, 65), run: { after: null, since: 0 } },
  { is: 'no limit', seen: [aSample({ soft: 'unlimited' })], run: null },
  { is: 'nothing seen', seen: [], run: null },
])('knows since when a process is at its limit: $is', ({ seen, run }) => {
  expect(findLimitRun(seen)).toEqual(run);
});
