import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { fdleak } from './fdleak.ts';
import { toStage } from './watching.ts';

it('watches several processes at once, each with a history of its own, and the worst wins', async () => {
  const stage = toStage();
  const [leaker, healthy] = [await stage.script('watch-leaker.js', 50), await stage.script('watch-leaker.js', 0)];
  const pids = [`${leaker.pid}`, `${healthy.pid}`];
  const env = { XDG_STATE_HOME: stage.folder };
  const args = ['--interval', '200ms', '--samples', '6', '--orphan-age', '300ms'];
  const { exitCode, stdout, stderr } = await fdleak(['watch', ...pids, ...args], { env });

  expect(exitCode, stderr).toBe(1);
  expect(stdout).toMatch(new RegExp(`^${leaker.pid}  LEAK  node:`, 'm'));
  expect(stdout).toMatch(new RegExp(`^${healthy.pid}  NO LEAK ESTABLISHED  node:`, 'm'));
  for (const line of stdout.split('\n').filter((text) => /^\d/.test(text))) {
    expect(pids).toContain(line.split(' ')[0]);
  }
  const histories = pids.map((pid) => `pid-${pid}-node.db`);
  expect(readdirSync(join(stage.folder, 'fdleak'))).toEqual(expect.arrayContaining(histories));
  for (const [index, history] of histories.entries()) {
    const report = await fdleak(['report', join(stage.folder, 'fdleak', history), '--json']);
    expect(JSON.parse(report.stdout)).toMatchObject({ samples: 6, segments: [{ pid: Number(pids[index]) }] });
  }
});

it('watches every process that matches with --each, and says of each line of JSON whose it is', async () => {
  const stage = toStage();
  const mark = `fdleak-many-${process.pid}`;
  const scripts = [
    await stage.script('watch-leaker.js', 1000, mark),
    await stage.script('watch-leaker.js', 1000, mark),
    await stage.script('watch-leaker.js', 1000, mark),
  ];
  const watching = stage.watch(['--name', mark, '--each', '--interval', '200ms', '--samples', '3', '--no-history']);
  await watching.ended;

  const pids = scripts.map(({ pid }) => pid);
  expect(new Set(watching.ticks.map(({ pid }) => pid))).toEqual(new Set(pids));
  expect(new Set(watching.events.map(({ pid }) => pid))).toEqual(new Set(pids));
  for (const pid of pids) expect(watching.ticks.filter((tick) => tick.pid === pid)).toHaveLength(3);
});

it('watches with --each also those that come later', async () => {
  const stage = toStage();
  const mark = `fdleak-later-${process.pid}`;
  const first = await stage.script('watch-leaker.js', 1000, mark);
  const watching = stage.watch(['--name', mark, '--each', '--interval', '200ms', '--no-history']);
  await watching.until(() => watching.ticks.length > 1);
  const later = await stage.script('watch-leaker.js', 1000, mark);
  first.child.kill('SIGKILL');
  await watching.until(() => watching.ticks.filter(({ pid }) => pid === later.pid).length > 1);
  expect(watching.child.exitCode).toBeNull();
  const end = `process ${first.pid} (node) has ended`;
  await watching.until(() => watching.events.some(({ because }) => because.includes(end)));
  expect(await watching.stop()).not.toBeNull();
});

it('watches with --each until the time is over', async () => {
  const stage = toStage();
  const mark = `fdleak-while-${process.pid}`;
  const { pid } = await stage.script('watch-leaker.js', 0, mark);
  const watching = stage.watch(['--name', mark, '--each', '--interval', '200ms', '--duration', '1s', '--no-history']);
  expect(await watching.ended).not.toBeNull();
  expect(new Set(watching.ticks.map((tick) => tick.pid))).toEqual(new Set([pid]));
});

it.each([
  { args: ['--history', '/tmp/h.db'], because: '--history is for one process' },
  { args: ['--metrics', '/tmp/h.prom'], because: '--metrics is for one process' },
  { args: ['--format', 'screen'], because: '--format screen is for one process' },
])('refuses $args for several processes', async ({ args, because }) => {
  const { exitCode, stderr } = await fdleak(['watch', `${process.pid}`, '1', ...args]);
  expect([exitCode, stderr]).toEqual([2, `fdleak: ${because}`]);
});
