/** @module-tag python3 */
import { execa } from 'execa';
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Inspection } from '../../src/core/model/inspection.ts';
import { fdleak, inspectJson, RUN } from './fdleak.ts';
import { startTarget } from './target.ts';
import { startZoo } from './zoo.ts';

const YAMA = '/proc/sys/kernel/yama/ptrace_scope';
const NOBODY = 65_534;
const SOMEBODY = 12_345;
const isRoot = process.getuid?.() === 0;
/** Yama keeps a user from asking the sockets of his own processes: then they are unlisted, as without koffi. */
const isRestricted = existsSync(YAMA) && readFileSync(YAMA, 'utf8').trim() !== '0';
if (isRestricted) console.warn(`SKIPPED: one’s own process without root, for want of 0 in ${YAMA}`);
if (!isRoot) console.warn('SKIPPED: looking as another user, for want of root');

interface Untouched {
  readonly pid: number;
  readonly reset: number;
  readonly living: number;
}

interface PipeEnds {
  readonly pid: number;
  readonly alone: readonly number[];
  readonly with_child: readonly number[];
}

const verdicts = ({ descriptors }: Inspection): Readonly<Record<string, string>> =>
  Object.fromEntries(descriptors.map(({ fd, tid, verdict }) => [`${tid ?? ''}/${fd}`, verdict.is]));

describe.runIf(isRoot)('fdleak inspect of another user’s process, without privilege', () => {
  it('answers the count and the limits, and says what may not be read', async () => {
    const { ready } = await startTarget<Untouched>('untouched.py', [], { as: SOMEBODY });
    const [asRoot, asNobody] = [await inspectJson(ready.pid), await inspectJson(ready.pid, [], { as: NOBODY })];
    const { inspection, exitCode } = asNobody;

    expect(exitCode).toBe(3);
    expect(inspection.capability.level).toBe('count');
    expect(inspection.limits).toMatchObject({
      open: asRoot.inspection.limits.open,
      soft: asRoot.inspection.limits.soft,
      hard: asRoot.inspection.limits.hard,
      free: null,
      highestFd: null,
    });
    expect(inspection.descriptors).toEqual([]);
    expect(inspection.capability.missing[0]).toMatchObject({
      because: `/proc/${ready.pid}/fd may not be read by this user`,
      remedy: expect.stringContaining(`sudo fdleak inspect ${ready.pid}`),
    });
    for (const name of ['proc-fd', 'lsof']) {
      expect(inspection.sources.find((one) => one.name === name)?.status, name).toBe('denied');
    }
    expect(inspection.findings.filter(({ severity }) => severity === 'error')).toEqual([]);
  });

  it('counts the limits of a process whose descriptors it may not list', async () => {
    const { ready } = await startTarget<Untouched>('untouched.py', [], { as: SOMEBODY });
    const { exitCode, stdout } = await fdleak(['limits', `${ready.pid}`, '--json'], { as: NOBODY });
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      limits: { open: expect.any(Number), free: null },
      inotify: { instances: null, watches: null },
      epoll: { sets: null, watches: null },
    });
  });
});

describe.runIf(isRoot && !isRestricted)('fdleak inspect of one’s own process, without root', () => {
  it('tells pipes that nobody writes to from those of a child, though it may not look at all processes', async () => {
    const { ready } = await startTarget<PipeEnds>('pipe_ends.py', [], { as: NOBODY });
    const { inspection } = await inspectJson(ready.pid, [], { as: NOBODY });
    const ends = new Map(inspection.descriptors.map(({ fd, object }) => [fd, object]));
    for (const fd of ready.alone) expect(ends.get(fd), `${fd}`).toMatchObject({ kind: 'pipe', otherEnds: 0 });
    for (const fd of ready.with_child) expect(ends.get(fd), `${fd}`).toMatchObject({ otherEnds: 1 });
    // What the test was started with may be such a pipe too.
    const alone = [...ends.values()].filter((object) => object?.kind === 'pipe' && object.otherEnds === 0);
    expect(inspection.findings.find(({ id }) => id === 'pipes-without-end')?.count).toBe(alone.length);
  });

  it('gives every descriptor the verdict that root gives it', async () => {
    const zoo = await startZoo({ uid: NOBODY });
    const root = await inspectJson(zoo.pid, ['--settle', '0']);
    const own = await inspectJson(zoo.pid, ['--settle', '0'], { as: NOBODY });
    const [byRoot, byOwner] = [verdicts(root.inspection), verdicts(own.inspection)];
    const differing = Object.keys(byRoot).filter((name) => byRoot[name] !== byOwner[name]);
    const labelOf = (name: string): string =>
      zoo.specimens.find(({ fd, tid }) => `${tid ?? ''}/${fd}` === name)?.label ?? name;

    expect(own.inspection.capability.level).toBe('autopsy');
    expect(Object.keys(byOwner).toSorted()).toEqual(Object.keys(byRoot).toSorted());
    expect(differing.map(labelOf)).toEqual([]);
    expect(own.inspection.summary.byVerdict?.orphaned).toBeGreaterThan(10);
  });

  it('finds the same orphans, says them foreign only where it knows', async () => {
    const { ready } = await startTarget<Untouched>('untouched.py', [], { as: NOBODY });
    const { inspection, exitCode } = await inspectJson(ready.pid, [], { as: NOBODY });
    const orphan = inspection.descriptors.find(({ fd }) => fd === ready.reset);

    expect(exitCode).toBe(0);
    expect(orphan?.verdict).toMatchObject({ is: 'orphaned', cause: 'reset', leak: 'suspect' });
    expect(orphan?.socket).toMatchObject({ foreign: null, netns: null });
  });
});

describe.runIf(isRoot)('fdleak inspect where /proc hides the processes of others (hidepid=2)', () => {
  const inspectHidden = async (pid: number) => {
    const script =
      'mount -t proc -o hidepid=2 proc /proc && exec setpriv --reuid=65534 --regid=65534 --clear-groups "$@"';
    const command = [...RUN, 'inspect', `${pid}`, '--json'];
    return execa('unshare', ['-m', 'sh', '-c', script, 'sh', ...command], { reject: false });
  };

  it('says that the process is hidden, not that it has ended', async () => {
    const sleeper = spawn('sleep', ['60'], { stdio: 'ignore' });
    onTestFinished(() => {
      sleeper.kill();
    });
    const { exitCode, stdout, stderr } = await inspectHidden(sleeper.pid ?? -1);
    expect([exitCode, stdout]).toEqual([3, '']);
    expect(stderr).toContain(`it exists, but /proc/${sleeper.pid}/stat is hidden from this user (hidepid)`);
  });

  it('says of a pid that nothing has that it has ended', async () => {
    const { exitCode, stderr } = await inspectHidden(4_194_300);
    expect(exitCode).toBe(3);
    expect(stderr).toContain('no such process');
  });

  it('does not claim to have searched the namespaces of processes that it does not see', async () => {
    const { ready } = await startTarget<Untouched>('untouched.py', [], { as: NOBODY });
    const { stdout } = await inspectHidden(ready.pid);
    const inspection: Inspection = JSON.parse(stdout);
    const orphan = inspection.descriptors.find(({ fd }) => fd === ready.reset);
    expect(orphan?.verdict.is).toBe('orphaned');
    expect(orphan?.verdict.checked).not.toContain('namespaces');
    expect(inspection.sources.find(({ name }) => name === 'namespaces')?.status).toBe('partial');
  });
});
