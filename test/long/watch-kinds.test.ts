/** @module-tag python3 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { describe, it, type TestContext } from 'vitest';
import { toStage } from '../e2e/watching.ts';

const FOLDER = fileURLToPath(new URL('./watched/', import.meta.url));
const SECONDS = 100;
const TIMEOUT = { timeout: 300_000 };

/** What a program says of itself: where it grows, and how fast, where that is even. */
interface Truth {
  readonly pid: number;
  readonly what?: string;
  readonly place?: string;
  readonly perHour?: number | null;
  readonly children?: boolean;
}

/** The programs of a file, by name. */
function namesIn(file: string): string[] {
  return [...readFileSync(`${FOLDER}${file}`, 'utf8').matchAll(/^def (\w+)\(\):/gm)].map(([, name = '']) => name);
}

async function start(
  file: string,
  name: string,
  { onTestFinished }: Pick<TestContext, 'onTestFinished'>,
): Promise<Truth> {
  const child = spawn('python3', ['-B', `${FOLDER}${file}`, name, `${SECONDS + 60}`], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  const [line]: string[] = await once(createInterface({ input: child.stdout }), 'line');
  return JSON.parse(line ?? '');
}

async function watchFor({ pid, children }: Truth, { onTestFinished }: Pick<TestContext, 'onTestFinished'>) {
  const stage = toStage({ onTestFinished });
  const args = [`${pid}`, '--interval', '1s', '--duration', `${SECONDS}s`, '--for', '5s'];
  const watching = stage.watch(children === true ? [...args, '--children'] : args);
  const status = await watching.ended;
  return { status, watching, ...(await stage.report()) };
}

describe('a watch of a minute and a half of a program that leaks', () => {
  for (const name of namesIn('growing.py')) {
    it.concurrent(`says that it does, where, and how fast: ${name}`, TIMEOUT, async ({ expect, onTestFinished }) => {
      const truth = await start('growing.py', name, { onTestFinished });
      const { status, watching, report, exitCode } = await watchFor(truth, { onTestFinished });
      const place = report.places.find((one) => one.judgement === 'leak' && one.place.includes(truth.place ?? ''));
      expect(place, JSON.stringify(report.places.slice(0, 3))).toBeDefined();
      expect([status, exitCode, report.conclusion]).toEqual([1, 1, 'leak']);
      const { perHour: rate, perHourLow, perHourHigh } = place!;
      const perHour = truth.perHour ?? rate ?? 0;
      expect(Math.abs((rate ?? 0) - perHour) / perHour, `${rate}, truth ${perHour}`).toBeLessThan(0.1);
      expect(perHourLow).toBeLessThanOrEqual(perHour);
      expect(perHourHigh).toBeGreaterThanOrEqual(perHour);
      expect(watching.alerts.filter(({ is }) => is === 'opened').map(({ rule }) => rule)).toContain('growth');
    });
  }
});

describe('a watch of a minute and a half of a program that closes in time', () => {
  for (const name of namesIn('healthy.py')) {
    it.concurrent(`accuses nothing: ${name}`, TIMEOUT, async ({ expect, onTestFinished }) => {
      const truth = await start('healthy.py', name, { onTestFinished });
      const { status, watching, report, exitCode } = await watchFor(truth, { onTestFinished });
      expect(['no-leak', 'growing']).toContain(report.conclusion);
      expect(report.places.filter(({ judgement }) => judgement === 'leak')).toEqual([]);
      expect([status, exitCode]).toEqual([0, 0]);
      expect(watching.alerts.filter(({ rule }) => rule !== 'jump')).toEqual([]);
    });
  }
});
