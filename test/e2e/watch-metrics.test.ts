/** @module-tag python3 */
import { mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fdleak } from './fdleak.ts';
import { startTarget } from './target.ts';
import { toStage } from './watching.ts';

test('a watch leaves its last look for the textfile collector, named after its target', async () => {
  const { ready } = await startTarget<{ pid: number }>('hoard.py', ['files', '40']);
  const { folder, history } = toStage();
  const shared = join(folder, 'textfiles');
  mkdirSync(shared);
  const args = ['watch', `${ready.pid}`, '--interval', '100ms', '--samples', '3', '--history', history];
  const { exitCode, stderr } = await fdleak([...args, '--metrics', shared]);
  expect([exitCode, stderr]).toEqual([0, expect.not.stringContaining('metrics')]);
  const name = `fdleak-pid-${ready.pid}.prom`;
  expect(readdirSync(shared)).toEqual([name]);
  expect(statSync(join(shared, name)).mode & 0o777).toBe(0o644);
  const text = readFileSync(join(shared, name), 'utf8');
  expect(text).toContain(
    `fdleak_watch_process_info{target="process ${ready.pid}",pid="${ready.pid}",comm="python3"} 1`,
  );
  expect(Number(/^fdleak_watch_open_fds\{[^}]*\} (\d+)$/m.exec(text)?.[1])).toBeGreaterThanOrEqual(43);
});

test('a watch whose metrics cannot be written says so once, and goes on', async () => {
  const { ready } = await startTarget<{ pid: number }>('hoard.py', ['files', '4']);
  const args = ['watch', `${ready.pid}`, '--interval', '100ms', '--samples', '5', '--no-history'];
  const { exitCode, stderr } = await fdleak([...args, '--metrics', '/proc/1/x.prom']);
  expect(exitCode).toBe(0);
  expect(stderr.match(/metrics are not written: .*ENO/g)).toHaveLength(1);
});
