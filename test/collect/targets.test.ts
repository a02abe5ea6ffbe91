import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ProcFs } from '../../src/collect/proc-fs.ts';
import {
  findByCgroup,
  findByName,
  findByPidfile,
  findByPort,
  findByUnit,
  findListener,
} from '../../src/collect/targets.ts';
import { INET_HEADER, inetLine, statLine, table } from '../lines.ts';
import { type Entry, writeTree } from './proc-tree.ts';

const CGROUP = '0::/system.slice/app.service\n';
/** Bit of `flags` that marks a thread of the kernel. */
const PF_KTHREAD = '2097152';

/** Process `pid` of one thread, in the unit `app`. */
const aTarget = (pid: number, stat: Parameters<typeof statLine>[0] = {}, cmdline = ''): Record<string, Entry> => ({
  [`${pid}/stat`]: statLine(stat),
  [`${pid}/task/${pid}/stat`]: statLine(stat),
  [`${pid}/cmdline`]: cmdline,
  [`${pid}/cgroup`]: CGROUP,
});

const treeOf = (...parts: readonly Record<string, Entry>[]): ProcFs =>
  new ProcFs(writeTree(Object.assign({}, ...parts)));

const pidsOf = (matches: readonly { readonly pid: number }[]): number[] => matches.map(({ pid }) => pid);

describe('a zombie', () => {
  const ZOMBIE = aTarget(300, { state: 'Z' });
  const LEADERLESS = {
    ...aTarget(400, { state: 'Z' }),
    '400/task/401/stat': statLine(),
  };

  it('is no process of its unit, unless a thread of it lives on', () => {
    expect(pidsOf(findByUnit(treeOf(ZOMBIE, LEADERLESS, aTarget(500)), 'app', null))).toEqual([400, 500]);
  });

  it.each([
    { pid: 300, found: null },
    { pid: 400, found: 400 },
  ])('is not what a pid file means, unless a thread of it lives on: $pid', ({ pid, found }) => {
    const proc = treeOf(ZOMBIE, LEADERLESS, { 'app.pid': `${pid}\n` });
    expect(findByPidfile(proc, join(proc.root, 'app.pid'))?.pid ?? null).toBe(found);
  });
});

it('a cgroup means all that are in it and below it', () => {
  const below = { ...aTarget(600), '600/cgroup': '0::/system.slice/app.service/worker\n' };
  const other = { ...aTarget(700), '700/cgroup': '0::/system.slice/app.service2\n' };
  expect(pidsOf(findByCgroup(treeOf(aTarget(500), below, other), '/system.slice/app.service'))).toEqual([500, 600]);
});

describe('a pid file', () => {
  it.each(['mkfifo', 'mkdir'])('that %s made is not waited for', (make) => {
    const proc = treeOf(aTarget(500));
    const path = join(proc.root, 'app.pid');
    execFileSync(make, [path]);
    expect(findByPidfile(proc, path)).toBeNull();
  });

  it('may be a device that never ends', () => {
    expect(findByPidfile(treeOf(aTarget(500)), '/dev/zero')).toBeNull();
  });
});

describe('a name', () => {
  const KERNEL = aTarget(2, { comm: 'kworker/0:0', flags: PF_KTHREAD });

  it.each([
    { why: 'its comm', pattern: /^worker$/, found: [500] },
    { why: 'its command line', pattern: /--port 8080/, found: [600] },
    { why: 'nothing, being of the kernel', pattern: /kworker/, found: [] },
  ])('matches $why, with or without a command line', ({ pattern, found }) => {
    const proc = treeOf(
      KERNEL,
      aTarget(500, { comm: 'worker' }),
      aTarget(600, { comm: 'app' }, 'app\0--port\x008080\0'),
    );
    expect(pidsOf(findByName(proc, pattern, 1))).toEqual(found);
  });
});

describe('a port', () => {
  const LISTENERS = table(INET_HEADER, inetLine({ inode: '77' }), inetLine({ st: '01', inode: '78' }));
  const NETS = { 'self/net/tcp': LISTENERS, '500/net/tcp': LISTENERS, '600/net/tcp': LISTENERS };
  const family = (fds: Record<string, Entry>): ProcFs =>
    treeOf(aTarget(500), aTarget(600, { ppid: '500' }), aTarget(700), NETS, fds);

  it.each([
    { who: 'itself', fds: { '500/fd/3': { link: 'socket:[77]' } }, listener: 500 },
    { who: 'what it started', fds: { '600/fd/3': { link: 'socket:[77]' } }, listener: 600 },
    { who: 'a stranger', fds: { '700/fd/3': { link: 'socket:[77]' } }, listener: null },
    { who: 'a connection', fds: { '500/fd/3': { link: 'socket:[78]' } }, listener: null },
  ])('is listened on by a command: $who', ({ fds, listener }) => {
    expect(findListener(family(fds), 500, 8080)).toBe(listener);
  });

  it('is listened on by a process whose first thread has exited', () => {
    const proc = treeOf(aTarget(400, { state: 'Z' }), NETS, {
      '400/fd/.': '',
      '400/task/401/stat': statLine(),
      '400/task/401/fd/3': { link: 'socket:[77]' },
    });
    expect(pidsOf(findByPort(proc, 8080))).toEqual([400]);
  });
});
