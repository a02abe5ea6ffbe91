import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** A month at a look each 10 s is 259,200. */
const TICKS = process.env['FDLEAK_BENCH_TICKS'] ?? '300000';
const MOST_MB = 90;
const MOST_GROWTH_MB = 5;

it(
  `a watch of ${TICKS} looks stays below ${MOST_MB} MB, and is at its end as large as after its first third`,
  { timeout: 4 * 3_600_000, retry: 0 },
  async () => {
    await execa('npx', ['tsc', '-p', 'tsconfig.bench.json'], { cwd: ROOT });
    const env = { FDLEAK_BENCH_TICKS: TICKS };
    const { stdout } = await execa(process.execPath, ['scripts/bench.js', 'watch'], { cwd: ROOT, env });
    const sizes = [...stdout.matchAll(/ticks: ([\d.]+) MB resident/g)].map(([, size]) => Number(size));
    console.log(stdout);
    expect(sizes).toHaveLength(6);
    expect(Math.max(...sizes)).toBeLessThan(MOST_MB);
    expect((sizes.at(-1) ?? 0) - (sizes[1] ?? 0)).toBeLessThan(MOST_GROWTH_MB);
  },
);
