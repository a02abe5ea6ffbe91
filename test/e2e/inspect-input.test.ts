/** @module-tag python3 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { fdleak, inspectJson } from './fdleak.ts';
import { startTarget } from './target.ts';
import { toStage } from './watching.ts';

const isRoot = process.getuid?.() === 0;

/** A process that sleeps, and ends with the test. */
function startSleeper(): number {
  const sleeper = spawn('sleep', ['60'], { stdio: 'ignore' });
  onTestFinished(() => {
    sleeper.kill();
  });
  if (sleeper.pid === undefined) throw new Error('sleep did not start');
  return sleeper.pid;
}

/** A pid that nothing has: its process has ended. */
async function endedPid(): Promise<number> {
  const ended = spawn('true', { stdio: 'ignore' });
  await once(ended, 'exit');
  return ended.pid ?? -1;
}

describe('fdleak inspect of what is no process id', () => {
  it.each(['abc', '0', '-1', '00017', '1.5', '1e3', ' 12', '', '4194305', '99999999999999999999', '12;reboot', '١٢'])(
    'ends with 2 and a message that says what one is: %j',
    async (pid) => {
      const { exitCode, stdout, stderr } = await fdleak(['inspect', '--', pid]);
      expect([exitCode, stdout]).toEqual([2, '']);
      expect(stderr).toContain('Expected a pid: a whole number from 1 to 4194304.');
    },
  );

  it.each([
    { args: ['inspect'], says: 'give one target' },
    { args: ['inspect', '-1'], says: 'Expected a pid: a whole number from 1 to 4194304.' },
    { args: ['inspect', '1', '--format', 'xml'], says: 'Allowed choices are table, json, markdown' },
    { args: ['inspect', '1', '--sources', 'proc,strace'], says: '"strace" is not one of' },
    { args: ['inspect', '1', '--settle', '5'], says: 'Expected a duration: a number and a unit' },
    { args: ['inspect', '1', '--settle', '30d'], says: 'Too long: at most 24d' },
    { args: ['inspect', '1', '--tool-timeout', '-5s'], says: 'Expected a duration: a number and a unit' },
    { args: ['inspect', '1', '--fail-on', 'info'], says: 'Allowed choices are error, warning, never' },
    { args: ['inspect', '1', '--color', 'sometimes'], says: 'Allowed choices are auto, always, never' },
    { args: ['inpect', '1'], says: "unknown command 'inpect'" },
    { args: ['explain', 'socket-leak'], says: 'no page about "socket-leak"' },
    { args: ['limits', '1', '--raise', '8k'], says: 'Expected SOFT or SOFT:HARD' },
  ])('ends with 2 for $args', async ({ args, says }) => {
    const { exitCode, stdout, stderr } = await fdleak(args);
    expect([exitCode, stdout]).toEqual([2, '']);
    expect(stderr).toContain(says);
  });
});

describe('fdleak inspect of what has no descriptors to look at', () => {
  it('says that a process has ended', async () => {
    const pid = await endedPid();
    const { exitCode, stdout, stderr } = await fdleak(['inspect', `${pid}`]);
    expect([exitCode, stdout]).toEqual([3, '']);
    expect(stderr).toContain(`cannot inspect process ${pid}: no such process: /proc/${pid}/stat does not exist`);
  });

  it.runIf(isRoot)('says that a kernel thread has none', async () => {
    const { exitCode, stderr } = await fdleak(['inspect', '2']);
    expect(exitCode).toBe(3);
    expect(stderr).toContain('it is a kernel thread, which has no descriptors');
  });

  it.each(['inspect', 'limits', 'watch'])(
    'says in %s that a zombie has none, and names its parent',
    async (command) => {
      const { ready } = await startTarget<{ pid: number; parent: number }>('zombie.py');
      const { exitCode, stderr } = await fdleak([command, `${ready.pid}`]);
      expect(exitCode).toBe(3);
      expect(stderr).toContain(`it is a zombie: it has ended and has no descriptors`);
      expect(stderr).toContain(`its parent ${ready.parent} has not reaped it`);
    },
  );

  it('says that a process ended while it was looked at', async () => {
    const { ready } = await startTarget<{ pid: number }>('untouched.py');
    const stage = toStage();
    const begun = join(stage.folder, 'begun');
    const PATH = stage.pathOf({ lsof: `: > ${begun}; exec sleep 2` });
    const looking = fdleak(['inspect', `${ready.pid}`, '--json'], { env: { PATH } });
    await expect.poll(() => existsSync(begun), { timeout: 60_000 }).toBe(true);
    process.kill(ready.pid, 'SIGKILL');
    const { exitCode, stdout, stderr } = await looking;
    expect([exitCode, stdout]).toEqual([3, '']);
    expect(stderr).toContain('it ended during the inspection');
  });
});

describe.runIf(isRoot)('fdleak inspect of a process whose first thread has exited', () => {
  it.each([{ args: [] }, { args: ['--own-namespace'] }])('looks through another thread: $args', async ({ args }) => {
    type Ready = { pid: number; tid: number; listener: number; established: number; orphan: number };
    const { ready } = await startTarget<Ready>('leader-exits.py', args);
    const { inspection, stderr } = await inspectJson(ready.pid, ['--certain-after', '2s']);
    const verdictOf = (fd: number): string | undefined =>
      inspection.descriptors.find((one) => one.fd === fd)?.verdict.is;

    expect(stderr).toBe('');
    expect([verdictOf(ready.listener), verdictOf(ready.established), verdictOf(ready.orphan)]).toEqual([
      'listening',
      'established',
      'orphaned',
    ]);
    // Dead for long enough, but the one thread may be at work on it.
    expect(inspection.summary.byLeak?.certain).toBe(0);
    expect(inspection.descriptors.find((one) => one.fd === ready.orphan)?.verdict.because).toContain('1 thread');
    expect(inspection.limits.open).toBe(inspection.descriptors.length);
    const seen = inspection.descriptors.filter(({ socket }) => socket !== null && socket.foreign === false);
    expect(seen.map(({ fd }) => fd)).toEqual(expect.arrayContaining([ready.listener, ready.established]));
    const ss = inspection.sources.find(({ name }) => name === 'ss');
    expect(ss).toMatchObject({ status: 'read' });
    expect(ss?.matched).toBeGreaterThanOrEqual(3);
    const reasons = inspection.disagreements.filter(({ between }) => between.includes('ss'));
    expect(reasons.map(({ because }) => because).join()).not.toContain('ss did not show it');
  });
});

describe('fdleak inspect of several processes', () => {
  it('gives an array, one document for each, with the worst exit status', async () => {
    const [one, other, gone] = [startSleeper(), startSleeper(), await endedPid()];
    const { exitCode, stdout, stderr } = await fdleak(['inspect', `${one}`, `${gone}`, `${other}`, '--json']);
    expect(exitCode).toBe(3);
    expect(JSON.parse(stdout)).toMatchObject([{ process: { pid: one } }, { process: { pid: other } }]);
    expect(stderr).toContain(`cannot inspect process ${gone}`);
  });

  it('gives an empty array where none could be looked at', async () => {
    const gone = [await endedPid(), await endedPid()];
    const { exitCode, stdout } = await fdleak(['inspect', ...gone.map(String), '--json']);
    expect(exitCode).toBe(3);
    expect(JSON.parse(stdout)).toEqual([]);
  });

  it('gives one document for one process, and exits with 0', async () => {
    const { exitCode, inspection } = await inspectJson(startSleeper());
    expect([exitCode, inspection.schema]).toEqual([0, 'fdleak.inspection/1']);
  });

  it('reports each on the terminal, and puts 1 above 3', async () => {
    const { ready } = await startTarget<{ pid: number }>('untouched.py');
    const [gone, healthy] = [await endedPid(), startSleeper()];
    const args = ['inspect', `${gone}`, `${healthy}`, `${ready.pid}`, '--certain-after', '2s', '--color', 'never'];
    const { exitCode, stdout } = await fdleak(args);
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(new RegExp(`^OK .* ${healthy}  `, 'm'));
    expect(stdout).toMatch(new RegExp(`^LEAK .* ${ready.pid}  `, 'm'));
  });
});
