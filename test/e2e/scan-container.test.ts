/** @module-tag python3 unshare setpriv mount */
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { execa } from 'execa';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ASK_SOCKETS } from '../../src/collect/helper-words.ts';
import type { Scan } from '../../src/core/model/scan.ts';
import { RUN } from './fdleak.ts';
import { startTarget } from './target.ts';

const NOBODY = 65_534;
const ID = '7c1f0e9d3b5a48260f9e8d7c6b5a49382716059f4e3d2c1b0a99887766554433';
const SCAN = ['scan', '--json', '--settle', '0', '--within', '60s'];
const isRoot = process.getuid?.() === 0;
if (!isRoot) console.warn('SKIPPED: a scan in a container, for want of root');

const hasCrashed = (status: number | undefined): boolean => status === undefined || ![0, 1, 3].includes(status);

interface InContainer {
  /** Mounted over `/proc` with these options. */
  readonly proc: string;
  /** Drops rights: a command and its first arguments. */
  readonly as: readonly string[];
}

/**
 * A container: its own processes, a root that cannot be written, no `/sys`. Process 1 is a shell of root; two others hold 40 files each,
 * one as root and one as the user who scans.
 */
async function scanInContainer({ proc, as }: InContainer): Promise<{ scan: Scan; exitCode: number | undefined }> {
  const script = `
    mount -t proc -o ${proc} proc /proc && mount -t tmpfs -o ro none /sys && mount -o remount,ro,bind / || exit 99
    hold='import os,time; held=[os.open("/dev/null", 0) for _ in range(40)]; time.sleep(100)'
    python3 -c "$hold" & first=$!
    ${as.join(' ')} python3 -c "$hold" & second=$!
    sleep 1; ${as.join(' ')} "$0" "$@"; status=$?
    kill -9 $first $second; exit $status`;
  const { exitCode, stdout, stderr } = await execa(
    'unshare',
    ['-m', '-p', '-n', '--fork', 'sh', '-c', script, ...RUN, ...SCAN],
    { reject: false, env: { PATH: '/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', HOME: '/nonexistent' } },
  );
  expect(stderr).toBe('');
  return { exitCode, scan: JSON.parse(stdout) };
}

const holders = ({ processes }: Scan) => processes.filter(({ comm, open }) => comm === 'python3' && (open ?? 0) >= 40);

describe.runIf(isRoot)(
  'fdleak scan in a container: no /sys, a root that cannot be written, processes of its own',
  () => {
    const nobody = ['setpriv', `--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups'];

    it('sees all as root', async () => {
      const { scan, exitCode } = await scanInContainer({ proc: 'rw', as: [] });
      expect(exitCode).toBe(0);
      expect(holders(scan).map(({ standing }) => standing)).toEqual(['ok', 'ok']);
      expect(scan.summary).toMatchObject({ denied: 0, hidden: 0, notReached: 0 });
    });

    it('counts as root without one capability, and says whom it could not see', async () => {
      const bare = ['setpriv', '--bounding-set=-all', '--inh-caps=-all', '--no-new-privs'];
      const { scan, exitCode } = await scanInContainer({ proc: 'rw', as: bare });
      expect(exitCode).toBe(0);
      // One has more rights than it, the other as many.
      expect(holders(scan).map(({ standing }) => standing)).toEqual(['unseen', 'ok']);
      expect(scan.summary.denied).toBeGreaterThan(0);
    });

    it('counts the processes of others as nobody', async () => {
      const { scan, exitCode } = await scanInContainer({ proc: 'rw', as: nobody });
      expect(exitCode).toBe(0);
      expect(holders(scan).map(({ standing }) => standing)).toEqual(['unseen', 'ok']);
      expect(holders(scan).every(({ open }) => (open ?? 0) >= 43)).toBe(true);
    });

    it('says as nobody that others are hidden, where /proc hides them', async () => {
      const { scan, exitCode } = await scanInContainer({ proc: 'hidepid=2', as: nobody });
      expect(exitCode).toBe(0);
      expect(holders(scan).map(({ standing }) => standing)).toEqual(['ok']);
      expect(scan.summary).toMatchObject({ hidden: null, denied: 0 });
    });

    it.each([
      ['v1', 'cgroup', 'none,name=fdleak'],
      ['v2', 'cgroup2', 'rw'],
    ])('names a container by a real cgroup of %s', async (_version, type, options) => {
      const folder = mkdtempSync(join(tmpdir(), 'fdleak-cgroup-'));
      onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
      const inMount = `mount -t ${type} -o ${options} none ${folder}`;
      const own = `${folder}/docker/${ID}`;
      onTestFinished(() => {
        execFileSync('unshare', ['-m', 'sh', '-c', `${inMount} && rmdir ${own} ${folder}/docker`]);
      });
      const script = `${inMount} && mkdir -p ${own} && sh -c 'echo $$ > ${own}/cgroup.procs && exec "$0" "$@"' "$0" "$@"`;
      // Some process of another test may be at its limit, which is a finding.
      const { stdout } = await execa('unshare', ['-m', 'sh', '-c', script, ...RUN, ...SCAN], { reject: false });
      const scan: Scan = JSON.parse(stdout);
      const inside = scan.processes.filter(({ container }) => container?.id === ID);
      expect(inside.map(({ unit, container }) => ({ unit, container }))).toEqual([
        { unit: null, container: { id: ID, podUid: null, pod: null } },
      ]);
    });
  },
);

describe('fdleak scan of a host that does not hold still', () => {
  it('survives processes by the thousand that come and go, and whatever they call themselves', async () => {
    const { ask } = await startTarget('come_and_go.py');
    const before = Number(await ask('count'));
    for (let gone = 0; gone < 1000; gone = Number(await ask('count')) - before) {
      const { exitCode, stdout, stderr } = await execa(RUN[0], [...RUN.slice(1), ...SCAN, '--min', '0'], {
        reject: false,
      });
      expect(stderr).toBe('');
      expect(hasCrashed(exitCode), `${exitCode}`).toBe(false);
      const { summary, processes }: Scan = JSON.parse(stdout);
      expect(processes).toHaveLength(summary.processes);
      expect(stdout).not.toContain('\u001B');
    }
  });

  it.runIf(isRoot)('does without the helper that asks sockets, where that is killed', async () => {
    const { ready } = await startTarget<{ readonly pid: number }>('untouched.py', [], { as: NOBODY });
    // Without /sys nobody knows whether another user may make us wait, so that sockets are asked by a process of its own.
    const script = 'mount -t tmpfs none /sys && exec "$@"';
    const command = ['-n', '19', 'unshare', '-m', 'sh', '-c', script, '-', ...RUN, ...SCAN, '--min', '9'];
    // It can have answered before it dies, though whoever kills it comes first on a busy machine.
    for (let tries = 1; ; tries += 1) {
      const { exitCode, stdout, stderr, killed } = await runWithoutHelpers('nice', command);
      expect(hasCrashed(exitCode ?? undefined)).toBe(false);
      expect(stderr).toBe('');
      const { processes }: Scan = JSON.parse(stdout);
      const found = processes.find(({ pid }) => pid === ready.pid);
      if ((killed === 0 || found?.standing !== 'unseen') && tries < 5) continue;
      expect(killed).toBeGreaterThan(0);
      const because = 'the process that asks it was given up';
      expect(found).toMatchObject({ standing: 'unseen', because, byVerdict: { unlisted: 2 } });
      return;
    }
  });
});

/** Runs a command, and kills whatever it starts to ask sockets. */
async function runWithoutHelpers(file: string, args: readonly string[]) {
  const child = spawn(file, args, { env: { ...process.env, FDLEAK_BPF: '0' } });
  let [stdout, stderr, killed] = ['', '', 0];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  for (; child.exitCode === null && child.signalCode === null; await wait(2)) killed += killHelpers(child.pid ?? 0);
  return { exitCode: await ended, stdout, stderr, killed };
}

/** Kills whatever `pid` has started to ask sockets; how many that were. */
function killHelpers(pid: number): number {
  return readProc(`${pid}/task/${pid}/children`)
    .split(' ')
    .filter((child) => child !== '' && readProc(`${child}/cmdline`).includes(ASK_SOCKETS))
    .map((child) => process.kill(Number(child), 'SIGKILL')).length;
}

/** Empty where it is gone. */
function readProc(path: string): string {
  try {
    return readFileSync(`/proc/${path}`, 'latin1');
  } catch {
    return '';
  }
}
