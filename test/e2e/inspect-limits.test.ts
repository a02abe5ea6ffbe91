/** @module-tag python3 */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { FINDING_IDS } from '../../src/core/diagnose/index.ts';
import { TOPICS } from '../../src/core/explain/glossary.ts';
import type { LimitsReport } from '../../src/core/model/limits-report.ts';
import { fdleak, inspectJson, RUN } from './fdleak.ts';
import { startTarget } from './target.ts';

/** A process that sleeps under `soft:hard`, and ends with the test. */
async function startLimited(limits: string): Promise<number> {
  const child = spawn('prlimit', [`--nofile=${limits}`, 'sh', '-c', 'echo; exec sleep 60'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => {
    child.kill();
  });
  await once(child.stdout, 'data');
  if (child.pid === undefined) throw new Error('sleep did not start');
  return child.pid;
}

const nofileOf = (pid: number): string[] | undefined =>
  /^Max open files\s+(\S+)\s+(\S+)/m.exec(readFileSync(`/proc/${pid}/limits`, 'utf8'))?.slice(1);
const AS_FUNCTION = 'self=$1; run=("${@:2}"); fdleak() { "${run[@]}" "$@"; }';

describe('fdleak limits', () => {
  it('says what the kernel says', async () => {
    const pid = await startLimited('100:4096');
    const { exitCode, stdout } = await fdleak(['limits', `${pid}`, '--json']);
    const report: LimitsReport = JSON.parse(stdout);
    // Whatever is open beside the three, above the limit, was inherited from the test's own start.
    const fds = readdirSync(`/proc/${pid}/fd`)
      .map(Number)
      .toSorted((a, b) => a - b);
    const [openFiles] = readFileSync('/proc/sys/fs/file-nr', 'utf8').split(/\s+/);

    expect(exitCode).toBe(0);
    expect(report).toMatchObject({
      schema: 'fdleak.limits/1',
      pid,
      limits: {
        soft: 100,
        hard: 4096,
        open: fds.length,
        free: 100 - fds.filter((fd) => fd < 100).length,
        utilization: fds.length / 100,
        highestFd: fds.at(-1),
      },
      system: { nrOpen: Number(readFileSync('/proc/sys/fs/nr_open', 'utf8')) },
      inotify: { instances: 0, watches: 0, maxUserInstances: expect.any(Number) },
      epoll: { sets: 0, watches: 0, maxUserWatches: expect.any(Number) },
      raised: null,
    });
    expect(Math.abs((report.system.openFiles ?? 0) - Number(openFiles))).toBeLessThan(20_000);
  });

  it('raises the soft limit of the running process, and says before and after', async () => {
    const pid = await startLimited('100:4096');
    const { exitCode, stdout } = await fdleak(['limits', `${pid}`, '--raise', '2048', '--json']);
    const report: LimitsReport = JSON.parse(stdout);
    expect(exitCode).toBe(0);
    expect(report.raised).toEqual({ before: { soft: 100, hard: 4096 }, after: { soft: 2048, hard: 4096 } });
    expect(nofileOf(pid)).toEqual(['2048', '4096']);
    expect(report.limits.soft).toBe(2048);
  });

  it('says before and after on the terminal too', async () => {
    const pid = await startLimited('100:4096');
    const { stdout } = await fdleak(['limits', `${pid}`, '--raise', '200']);
    expect(stdout).toContain('100');
    expect(stdout).toContain('200');
    expect(stdout.toLowerCase()).toContain('raised');
  });

  it.each([
    { raise: '50', because: 'the soft limit is already 100: --raise only raises it' },
    { raise: '5000', because: '5000 is above the hard limit 4096; that needs CAP_SYS_RESOURCE' },
    { raise: '200:300', because: 'the hard limit is 4096; --raise cannot lower it to 300' },
    { raise: '400:300', because: 'the hard limit is 4096; --raise cannot lower it to 300' },
    { raise: '9999999999:9999999999', because: 'prlimit --pid' },
  ])('refuses $raise, and leaves the limit as it was', async ({ raise, because }) => {
    const pid = await startLimited('100:4096');
    const { exitCode, stdout, stderr } = await fdleak(['limits', `${pid}`, '--raise', raise]);
    expect([exitCode, stdout]).toEqual([3, '']);
    expect(stderr).toContain(`the limit of process ${pid} is unchanged: `);
    expect(stderr).toContain(because);
    expect(nofileOf(pid)).toEqual(['100', '4096']);
  });

  it.each(['0', '-5', '', '8192:', ':8192', '1e4', 'unlimited'])('ends with 2 for --raise %j', async (raise) => {
    const pid = await startLimited('100:4096');
    const { exitCode } = await fdleak(['limits', `${pid}`, `--raise=${raise}`]);
    expect(exitCode).toBe(raise === '0' ? 3 : 2);
    expect(nofileOf(pid)).toEqual(['100', '4096']);
  });

  it.runIf(process.getuid?.() === 0)('does not raise what is another user’s, and says so', async () => {
    const pid = await startLimited('100:4096');
    const { exitCode, stderr } = await fdleak(['limits', `${pid}`, '--raise', '200'], { as: 65_534 });
    expect(exitCode).toBe(3);
    expect(stderr).toContain('is unchanged: prlimit --pid');
    expect(nofileOf(pid)).toEqual(['100', '4096']);
  });

  it('says of a process that has ended that it cannot look', async () => {
    const ended = spawn('true');
    await once(ended, 'exit');
    const { exitCode, stderr } = await fdleak(['limits', `${ended.pid}`]);
    expect(exitCode).toBe(3);
    expect(stderr).toContain('no such process');
  });

  it('agrees with inspect when the limit is below the numbers in use', async () => {
    const { ready } = await startTarget<{ pid: number }>('untouched.py');
    spawnSync('prlimit', ['--pid', `${ready.pid}`, '--nofile=4:4096']);
    const { inspection } = await inspectJson(ready.pid, ['--sources', 'proc']);
    expect(inspection.limits).toMatchObject({ soft: 4, free: 0 });
    expect(inspection.limits.utilization).toBeGreaterThan(1);
  });
});

describe('fdleak explain', () => {
  it('lists every page, each with its title', async () => {
    const { exitCode, stdout } = await fdleak(['explain']);
    const lines = stdout.trimEnd().split('\n');
    expect(exitCode).toBe(0);
    expect(lines.map((line) => line.split(' ')[0])).toEqual([...FINDING_IDS, ...TOPICS]);
    for (const line of lines) expect(line).toMatch(/^\S+ +\S/);
  });

  it.each([...FINDING_IDS, ...TOPICS])('prints a page of %s', async (id) => {
    const { exitCode, stdout } = await fdleak(['explain', id]);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^# \S/);
    expect(stdout.length).toBeGreaterThan(300);
  });
});

describe('fdleak as a command', () => {
  it.each([['--help'], ['inspect', '--help'], ['limits', '--help'], ['explain', '--help']])(
    'helps, with examples: %s %s',
    async (...args) => {
      const { exitCode, stdout, stderr } = await fdleak(args);
      expect([exitCode, stderr]).toEqual([0, '']);
      expect(stdout).toMatch(/^Usage: fdleak/m);
      expect(stdout).toMatch(/Examples?:/);
    },
  );

  it('says its version', async () => {
    const { exitCode, stdout } = await fdleak(['--version']);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^\d+\.\d+\.\d+(?: \(single file, Bun [\d.]+\))?$/);
  });

  const self = process.pid;
  const shell = (command: string, env: NodeJS.ProcessEnv = {}) =>
    spawnSync('bash', ['-c', `${AS_FUNCTION}\n${command}`, 'bash', `${self}`, ...RUN], {
      encoding: 'utf8',
      env: { ...process.env, ...env },
    });

  it('is quiet when its reader has seen enough', () => {
    const { stdout, stderr } = shell('fdleak inspect "$self" --fds --sources proc | head -1');
    expect(stdout.split('\n')).toHaveLength(2);
    expect(stderr).toBe('');
  });

  it('goes on where nobody reads what it says besides', () => {
    const { stdout } = shell('fdleak inspect 4194300 2> >(true); echo "exit $?"');
    expect(stdout).toContain('exit 3');
  });

  it('says what it lacks itself, and nothing of a process that lives, where it has no descriptor left', async () => {
    const pid = await startLimited('100:4096');
    for (const most of [24, 32, 40]) {
      const { stdout, stderr } = spawnSync('prlimit', [`--nofile=${most}`, ...RUN, 'inspect', `${pid}`], {
        encoding: 'utf8',
      });
      expect(stdout + stderr).not.toMatch(/it ended|is \/proc mounted|sudo/);
      expect(stdout + stderr).toMatch(/EMFILE|^OK /);
    }
  });

  it.each(['inspect "$self" --json --sources proc', 'explain orphaned-sockets', 'help inspect', '--help', '-V'])(
    'says that the disk is full, with no status that speaks of the process or of a bug: %s',
    (args) => {
      const { status, stderr } = shell(`fdleak ${args} > /dev/full`);
      expect(status).toBe(3);
      expect(stderr).toContain('the result could not be written');
      expect(stderr).not.toContain('    at ');
    },
  );

  it.each([
    { args: '', env: {}, isColoured: false },
    { args: '--color always', env: {}, isColoured: true },
    { args: '--color always', env: { NO_COLOR: '1' }, isColoured: true },
    { args: '--color never', env: { FORCE_COLOR: '1' }, isColoured: false },
  ])('colours a pipe only when told to: %j', ({ args, env, isColoured }) => {
    const { stdout } = shell(`fdleak inspect "$self" --sources proc ${args}`, env);
    expect(stdout.includes('\u001b[')).toBe(isColoured);
  });

  it.each([
    { env: {}, args: '', isColoured: true },
    { env: { NO_COLOR: '1' }, args: '', isColoured: false },
    { env: { NO_COLOR: '' }, args: '', isColoured: true },
    { env: { TERM: 'dumb' }, args: '', isColoured: false },
    { env: {}, args: '--color never', isColoured: false },
    { env: {}, args: '--json', isColoured: false },
  ])('colours a terminal unless told not to: %j', ({ env, args, isColoured }) => {
    const command = `script -qec "\${run[*]@Q} inspect $self --sources proc ${args}" /dev/null < /dev/null`;
    const { stdout } = shell(command, { NO_COLOR: undefined, TERM: 'xterm', ...env });
    expect(stdout).toContain(`${self}`);
    // eslint-disable-next-line no-control-regex -- colours are escape sequences
    expect(/\u001b\[[0-9;]*m/.test(stdout)).toBe(isColoured);
  });

  it.each([
    { failOn: 'error', status: 1 },
    { failOn: 'warning', status: 1 },
    { failOn: 'never', status: 0 },
  ])('ends with $status for a certain leak with --fail-on $failOn', async ({ failOn, status }) => {
    const { ready } = await startTarget<{ pid: number }>('untouched.py');
    const args = ['inspect', `${ready.pid}`, '--certain-after', '2s', '--sources', 'proc,autopsy', '--fail-on', failOn];
    expect((await fdleak(args)).exitCode).toBe(status);
  });
});
