/** @module-tag strace setpriv unshare */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { ROOT } from '../project/root.ts';
import { BINARY, buildBinary, makeFolder, makeRoot } from './single-file.ts';

beforeAll(() => buildBinary(), 300_000);

const NOBODY = 65534;
/** What a call says that makes, changes or removes something by its path; one that only tries is counted in. */
const WRITES =
  /O_WRONLY|O_RDWR|O_CREAT|O_TMPFILE|^\d+ +(?:creat|mkdir|rmdir|unlink|rename|link|symlink|truncate|chmod|fchmodat|chown|mknod|utime|setxattr)/;

interface Inside {
  readonly history: string;
  readonly run: (...args: string[]) => Promise<{ readonly exitCode?: number | undefined; readonly stdout: string }>;
  /** The calls of the last run that write, as strace prints them. */
  readonly writes: () => string[];
}

/** The single file in a root that cannot be written, with /proc, /sys and a folder for its histories, as root or nobody. */
function startInside(uid: number): Inside {
  const root = makeRoot();
  chmodSync(root, 0o755);
  const history = makeFolder('history');
  chownSync(history, uid, uid);
  const trace = join(makeFolder('trace'), 'calls');
  const script =
    'mount --bind "$1" "$1" && mount --rbind /proc "$1/proc" && mount --rbind /sys "$1/sys" && mount --bind "$2" "$1/history" && mount -o remount,ro,bind "$1" && root=$1 && shift 2 && exec strace -f -e trace=%file -o "$0" chroot --userspec="$UID_GID" "$root" /fdleak "$@"';
  return {
    history,
    run: async (...args) =>
      await execa('unshare', ['-m', 'sh', '-c', script, trace, root, history, ...args], {
        reject: false,
        env: { UID_GID: `${uid}:${uid}` },
      }),
    writes: () =>
      readFileSync(trace, 'utf8')
        .split('\n')
        .filter((line) => WRITES.test(line)),
  };
}

/** A process of that user to look at. */
function startTarget(uid: number): string {
  const child = spawn('sleep', ['600'], { uid, gid: uid, stdio: 'ignore' });
  onTestFinished(() => void child.kill());
  return `${child.pid}`;
}

describe.each([
  { as: 'root', uid: 0 },
  { as: 'nobody', uid: NOBODY },
])('as $as, in a root with glibc alone that cannot be written', ({ uid }) => {
  test('it inspects, asserts, watches, reports and demos, and writes the history alone', async () => {
    const { history, run, writes } = startInside(uid);
    const pid = startTarget(uid);
    const { capability, descriptors } = JSON.parse((await run('inspect', pid, '--json')).stdout);
    expect(capability.level).toBe('autopsy');
    expect(descriptors).toHaveLength(3);
    expect(writes()).toEqual([]);
    expect(await run('assert', pid, '--max-open', '3')).toMatchObject({ exitCode: 0 });
    expect(await run('assert', pid, '--max-open', '2')).toMatchObject({ exitCode: 1 });
    expect(writes()).toEqual([]);

    const watch = ['watch', pid, '--duration', '2s', '--interval', '1s', '--history', '/history/h.db'];
    expect(await run(...watch)).toMatchObject({ exitCode: 0 });
    expect(writes().length).toBeGreaterThan(0);
    expect(writes().filter((line) => !line.includes('"/history'))).toEqual([]);
    expect((await run('report', '/history/h.db')).stdout).toContain('NO LEAK ESTABLISHED');
    expect(writes().filter((line) => !line.includes('"/history'))).toEqual([]);
    expect(readdirSync(history)).toEqual(['h.db']);

    expect((await run('demo', '--clients', '5')).stdout).toContain('As expected: 5 clients, 5 dead sockets');
    expect(writes()).toEqual([]);
  });
});

test('the kernel’s own walk is taken there as well', { tags: ['python3'] }, async () => {
  const crowd = spawn('python3', [join(ROOT, 'bench/crowd.py'), '1', '3'], { stdio: ['pipe', 'pipe', 'inherit'] });
  onTestFinished(() => void crowd.kill());
  const [line] = await once(crowd.stdout, 'data');
  const { pid }: { pid: number } = JSON.parse(`${line}`);
  const { stdout } = await startInside(0).run('inspect', `${pid}`, '--json');
  const { capability, summary } = JSON.parse(stdout);
  expect(capability.walk).toBe(true);
  expect(summary.byVerdict.orphaned).toBe(3);
});

test('without /proc it says so, with status 3, and nothing of its engine', async () => {
  const { exitCode, stdout, stderr } = await execa(
    'unshare',
    ['-m', 'sh', '-c', 'umount -l /proc && exec "$0" -V', BINARY],
    { reject: false },
  );
  expect([exitCode, stdout, stderr]).toEqual([
    3,
    '',
    'fdleak: needs /proc, which is not mounted here. Next: mount -t proc proc /proc',
  ]);
});
