/** @module-tag tmux */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { RUN } from './fdleak.ts';
import { Terminal } from './terminal.ts';
import { toStage } from './watching.ts';

it.each([
  { by: 'nohup', isLeft: true },
  { by: 'env', isLeft: false },
])('a watch started by $by at a terminal that hangs up: still running $isLeft', async ({ by, isLeft }) => {
  const stage = toStage();
  const target = await stage.script('watch-leaker.js', 0);
  const [out, pidfile] = [join(stage.folder, 'out'), join(stage.folder, 'watch.pid')];
  const watch = `${by} ${RUN.join(' ')} watch ${target.pid} --interval 200ms --json --no-history --duration 50s`;
  const terminal = new Terminal(80, 24);
  await terminal.run(['sh', '-c', `echo $$ > ${pidfile}; exec ${watch} > ${out} 2> ${out}.err`]);
  const countTicks = (): number => (existsSync(out) ? readFileSync(out, 'utf8').split('fdleak.tick/1').length - 1 : 0);
  await expect.poll(countTicks).toBeGreaterThan(0);

  const pid = Number(readFileSync(pidfile, 'utf8'));
  process.kill(pid, 'SIGHUP');
  const before = countTicks();
  const isRunning = (): boolean => existsSync(`/proc/${pid}/fd/0`);
  if (isLeft) {
    await expect.poll(countTicks).toBeGreaterThan(before + 3);
    process.kill(pid, 'SIGTERM');
  }
  await expect.poll(isRunning).toBe(false);
});
