/** @module-tag python3 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { it, type TestContext } from 'vitest';
import { toStage } from '../e2e/watching.ts';

const PROGRAM = fileURLToPath(new URL('./watched/to-the-limit.py', import.meta.url));
const RUNS = 5;
const LIMIT = 256;
const A_SECOND = 2;
const HOUR = 3_600_000;
const TIMEOUT_MS = 600_000;

/** Whether the forecast made when half of the limit was used held the moment at which none was left. */
async function run(seed: number, { onTestFinished }: Pick<TestContext, 'onTestFinished'>): Promise<boolean> {
  const program = spawn('python3', ['-B', PROGRAM, `${seed}`, `${LIMIT}`, `${A_SECOND}`], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void program.kill('SIGKILL'));
  const [line]: string[] = await once(createInterface({ input: program.stdout }), 'line');
  const { pid }: { pid: number } = JSON.parse(line ?? '');
  const stage = toStage({ onTestFinished });
  const watching = stage.watch([`${pid}`, '--interval', '1s']);
  await watching.until(() => (watching.ticks.at(-1)?.open ?? 0) >= LIMIT / 2, TIMEOUT_MS);
  const { report } = await stage.report();
  const hours = report.trends.find(({ of }) => of === 'total')?.hoursToLimit ?? null;
  const halfMs = Date.parse(watching.last.at);
  await watching.until(() => watching.last.open >= LIMIT, TIMEOUT_MS);
  const trueMs = Date.parse(watching.last.at);
  await watching.stop();
  console.log(`seed ${seed}: ${JSON.stringify(hours)}, true ${(trueMs - halfMs) / HOUR}`);
  if (hours === null) return false;
  return halfMs + hours.low * HOUR <= trueMs && trueMs <= halfMs + (hours.high ?? Infinity) * HOUR;
}

it(
  `of ${RUNS} processes that run into their limit, 4 do so when the forecast of half way said`,
  { timeout: TIMEOUT_MS, retry: 0 },
  async ({ expect, onTestFinished }) => {
    const held = await Promise.all(Array.from({ length: RUNS }, (_, seed) => run(seed + 1, { onTestFinished })));
    expect(held.filter(Boolean).length).toBeGreaterThanOrEqual(4);
  },
);
