/** @module-tag python3 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Scan } from '../../src/core/model/scan.ts';
import type { ScannedProcess } from '../../src/core/model/scanned-process.ts';
import { fdleak, type Ran } from './fdleak.ts';
import { findNagiosFaults } from '../report/nagios-faults.ts';
import { startTarget } from './target.ts';

const NOBODY = 65_534;
const isRoot = process.getuid?.() === 0;
const canWalk = isRoot && existsSync('/sys/kernel/btf/vmlinux');
if (!isRoot) console.warn('SKIPPED: a scan as another user, for want of root');

interface Hoard {
  readonly pid: number;
}

async function scanJson(
  args: readonly string[] = [],
  options: Parameters<typeof fdleak>[1] = {},
): Promise<Ran & { scan: Scan }> {
  const ran = await fdleak(['scan', '--json', '--within', '60s', ...args], options);
  return { ...ran, scan: JSON.parse(ran.stdout) };
}

const find = ({ processes }: Scan, pid: number): ScannedProcess | undefined => processes.find((one) => one.pid === pid);

/** Other tests run beside this one, and scan sees what they start. */
function hasSick({ summary: { standings } }: Scan): boolean {
  return (standings.leak ?? 0) + (standings.full ?? 0) > 0;
}

/** A process without a single descriptor number to spare. */
async function startFull(): Promise<Hoard> {
  const { ready } = await startTarget<Hoard>('hoard.py', ['full']);
  return ready;
}

describe('fdleak scan', () => {
  it('counts and judges every process it may see, and says who is not well first', async () => {
    const { ready } = await startTarget<Hoard>('hoard.py', ['files', '40']);
    const { scan } = await scanJson(['--settle', '0']);
    expect(scan).toMatchObject({ schema: 'fdleak.scan/1', groups: null });
    const found = find(scan, ready.pid);
    expect(found).toMatchObject({ comm: 'python3', because: null, holding: null });
    expect(found?.open).toBeGreaterThanOrEqual(43);
    expect(found?.places[0]).toMatchObject({ count: 40, where: '/etc/hostname' });
    expect(find(scan, process.pid)?.open).toBeGreaterThan(0);
    const { processes, standings } = scan.summary;
    expect(Object.values(standings).reduce((a, b) => a + b, 0)).toBe(processes);
    expect(scan.processes).toHaveLength(processes);
  });

  it('calls a table that is full so, above all who are well, and exits 1', async () => {
    const { pid } = await startFull();
    const [{ scan, exitCode }, text] = [await scanJson(['--settle', '0']), await fdleak(['scan', '--settle', '0'])];
    expect(exitCode).toBe(1);
    expect(find(scan, pid)).toMatchObject({ standing: 'full', free: 0 });
    const order = scan.processes.map(({ standing }) => standing === 'ok');
    expect(order.indexOf(true)).toBeGreaterThan(scan.processes.findIndex((one) => one.pid === pid));
    expect(text.stdout).toMatch(new RegExp(`^FULL .* 10\\d .* 0 left.* ${pid} `, 'm'));
  });

  it('counts small processes without a look, unless somebody asks what they hold', async () => {
    const { ready } = await startTarget<Hoard>('hoard.py', ['deleted', '5']);
    const { scan } = await scanJson(['--settle', '0', '--min', '1000']);
    expect(find(scan, ready.pid)).toMatchObject({ standing: 'ok', places: [] });
    const args = ['scan', '--all', '--settle', '0', '--min', '1000', '--within', '60s'];
    const { stdout } = await fdleak(args, { env: { FDLEAK_BPF: '0' } });
    expect(stdout.split('\n').find((line) => line.includes(` ${ready.pid}  `))).toMatch(/^- .* only counted /);
    const held = await scanJson(['--settle', '0', '--min', '1000', '--holding', 'deleted']);
    expect(find(held.scan, ready.pid)).toMatchObject({ holding: 5 });
    expect(held.scan.processes.every(({ holding }) => (holding ?? 0) > 0)).toBe(true);
  });

  it.runIf(canWalk)('finds dead connections in a process however small by one walk over the host', async () => {
    const { ready } = await startTarget<Hoard>('untouched.py');
    const { scan } = await scanJson(['--settle', '0', '--min', '1000']);
    const found = find(scan, ready.pid);
    expect(found).toMatchObject({ because: null, byVerdict: { orphaned: 2 } });
    expect(found?.places).toContainEqual(expect.objectContaining({ what: 'dead tcp', count: 2 }));
    expect(scan.summary.plain).toBeGreaterThan(0);
    const { scan: without } = await scanJson(['--settle', '0', '--min', '1000'], { env: { FDLEAK_BPF: '0' } });
    expect(find(without, ready.pid)).toMatchObject({ standing: 'ok', byVerdict: null });
    expect(without.summary.plain).toBe(0);
  });

  it.runIf(canWalk)('calls ok whom the walk shows to be plain, with counts and without places', async () => {
    const { ready } = await startTarget<Hoard>('hoard.py', ['files', '12']);
    const { scan } = await scanJson(['--settle', '0']);
    expect(find(scan, ready.pid)).toMatchObject({ standing: 'ok', because: null, places: [] });
    expect(find(scan, ready.pid)?.byVerdict?.['in-use']).toBeGreaterThanOrEqual(12);
    const { stdout } = await fdleak(['scan', '--settle', '0', '--all', '--within', '60s']);
    expect(stdout.split('\n').find((line) => line.includes(` ${ready.pid}  `))).toMatch(/^ok /);
  });

  it('names what cannot be seen as a terminal could not show it, and stays a table', async () => {
    const { ready } = await startTarget<Hoard>('hoard.py', ['named', Buffer.from('\u001B[2J\nx')]);
    const { stdout } = await fdleak(['scan', '--settle', '0', '--all', '--within', '60s']);
    const row = stdout.split('\n').find((line) => line.includes(` ${ready.pid} `));
    expect(row).toBeDefined();
    expect(stdout).not.toContain('\u001B');
  });

  it('writes a document that can be parsed, whatever a process calls itself', async () => {
    const { ready } = await startTarget<Hoard>('hoard.py', ['named', Buffer.from('a\u202Eb\u009Bc')]);
    const { scan, stdout } = await scanJson(['--settle', '0']);
    expect(find(scan, ready.pid)?.comm).toContain('\u202E');
    expect(stdout).not.toContain('\u202E');
  });

  it('is a plugin of Nagios: one line, and its status', async () => {
    const { pid } = await startFull();
    const { exitCode, stdout, stderr } = await fdleak(['scan', '--nagios', '--settle', '0', '--within', '60s']);
    expect([exitCode, stderr]).toEqual([2, '']);
    expect(findNagiosFaults(stdout)).toEqual([]);
    expect(stdout).toMatch(/^FDLEAK CRITICAL - .* \| processes=\d+;;;0 .*full=[1-9]\d*;;0;0 /);
    expect(stdout).toContain(`(${pid})`);
  });

  it('groups by name, and shows the worst of each', async () => {
    const { pid } = await startFull();
    await startTarget<Hoard>('hoard.py', ['files', '30']);
    const { scan } = await scanJson(['--settle', '0', '--by', 'name']);
    const group = scan.groups?.find(({ name }) => name === 'python3');
    expect(group?.worst.pid).toBe(pid);
    expect(group?.processes).toBeGreaterThanOrEqual(2);
  });

  it('survives processes that come and go while it looks', async () => {
    const churn = spawn('sh', ['-c', 'while :; do /bin/true & /bin/true; done'], { stdio: 'ignore', detached: true });
    onTestFinished(() => {
      if (churn.pid !== undefined) process.kill(-churn.pid, 'SIGKILL');
    });
    const { exitCode, stderr } = await scanJson(['--settle', '0', '--min', '0']);
    expect([exitCode, stderr]).toEqual([expect.toBeOneOf([0, 1]), '']);
  });

  it.each([
    [['--holding', 'nonsense'], 'Expected deleted'],
    [['--by', 'planet'], 'planet'],
    [['--min', '-1'], 'number'],
  ])('refuses %j', async (args, says) => {
    const { exitCode, stderr } = await fdleak(['scan', ...args]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(says);
  });

  it.runIf(isRoot)('counts processes of others, and says that they were not seen: 0, with --strict 3', async () => {
    const { ready } = await startTarget<Hoard>('hoard.py', ['files', '40']);
    await startTarget<Hoard>('hoard.py', ['files', '40'], { as: NOBODY });
    const { scan, exitCode } = await scanJson(['--settle', '0'], { as: NOBODY });
    expect(exitCode).toBe(hasSick(scan) ? 1 : 0);
    expect(find(scan, ready.pid)).toMatchObject({ standing: 'unseen', places: [], because: expect.any(String) });
    expect(find(scan, ready.pid)?.open).toBeGreaterThanOrEqual(43);
    expect(scan.summary.denied).toBeGreaterThan(0);
    const strict = await scanJson(['--settle', '0', '--strict'], { as: NOBODY });
    expect(strict.exitCode).toBe(hasSick(strict.scan) ? 1 : 3);
  });
});

it('takes a number alone for the pid to inspect', async () => {
  const { ready } = await startTarget<Hoard>('hoard.py', ['files', '3']);
  const { stdout } = await fdleak([`${ready.pid}`, '--json']);
  expect(JSON.parse(stdout)).toMatchObject({ schema: 'fdleak.inspection/1', process: { pid: ready.pid } });
});
