import { expect, it } from 'vitest';
import { type QuotasRequest, readQuotas } from '../../src/collect/quotas.ts';
import { Deadline } from '../../src/collect/deadline.ts';
import { ProcFs } from '../../src/collect/proc-fs.ts';
import type { Quota } from '../../src/core/model/quota.ts';
import { statLine } from '../lines.ts';
import { type Entry, writeTree } from './proc-tree.ts';

const UID = process.getuid?.() ?? 0;

const INOTIFY = { link: 'anon_inode:inotify' };
const WATCHES = 'pos:\t0\ninotify wd:1 ino:8 sdev:1 mask:2\ninotify wd:2 ino:9 sdev:1 mask:2\n';

/** What a process of ours has below /proc. */
function ofProcess(pid: number, net: string, files: Readonly<Record<string, Entry>>): Record<string, Entry> {
  const status = `Uid:\t${UID}\t${UID}\t${UID}\t${UID}\n`;
  const entries = Object.entries({ status, 'ns/net': { link: net }, ...files });
  return Object.fromEntries(entries.map(([name, entry]) => [`${pid}/${name}`, entry]));
}

const TREE = {
  'sys/fs/inotify/max_user_instances': '128\n',
  'sys/fs/inotify/max_user_watches': '8192\n',
  'sys/fs/file-nr': '900\t0\t1000\n',
  'sys/kernel/pty/max': '4096\n',
  'sys/kernel/pty/nr': '7\n',
  'sys/user/max_net_namespaces': '15000\n',
  ...ofProcess(1, 'net:[1]', { 'fd/.': '' }),
  ...ofProcess(42, 'net:[2]', {
    comm: 'watcher\n',
    'fd/3': INOTIFY,
    'fdinfo/3': WATCHES,
    'fd/4': INOTIFY,
    'fdinfo/4': 'pos:\t0\n',
    'fd/5': { link: '/dev/ptmx' },
  }),
  ...ofProcess(43, 'net:[2]', { comm: 'other\n', 'fd/3': INOTIFY, 'fdinfo/3': WATCHES }),
};

function readAll(
  differs: Partial<QuotasRequest> = {},
  nowMs = (): number => 0,
  tree: Readonly<Record<string, Entry>> = TREE,
): ReadonlyMap<string, Quota> {
  const request = {
    pid: 42,
    uid: UID,
    isThorough: false,
    calls: () => null,
    deadline: new Deadline(nowMs, 100),
    ...differs,
  };
  return new Map(readQuotas(new ProcFs(writeTree(tree)), request).map((quota) => [quota.name, quota]));
}

it('sums what a user holds over all of his processes, most first', () => {
  const quotas = readAll();

  expect(quotas.get('fs.inotify.max_user_instances')).toEqual({
    name: 'fs.inotify.max_user_instances',
    of: 'user',
    uid: UID,
    limit: 128,
    used: 3,
    own: 2,
    unread: 0,
    holders: [
      { pid: 42, comm: 'watcher', count: 2 },
      { pid: 43, comm: 'other', count: 1 },
    ],
  });
  expect(quotas.get('fs.inotify.max_user_watches')).toMatchObject({ limit: 8192, used: 4, own: 2 });
});

it('takes from the kernel what the kernel counts', () => {
  const quotas = readAll();

  expect(quotas.get('fs.file-max')).toMatchObject({ of: 'machine', limit: 1000, used: 900, own: 3, unread: null });
  expect(quotas.get('kernel.pty.max')).toMatchObject({ of: 'machine', limit: 4096, used: 7, own: 1 });
});

it('leaves out a quota that this kernel does not have', () => {
  expect([...readAll().keys()]).not.toContain('fs.fanotify.max_user_groups');
});

it('counts namespaces where it has the time', () => {
  expect(readAll().has('user.max_net_namespaces')).toBe(false);
  expect(readAll({ isThorough: true }).get('user.max_net_namespaces')).toMatchObject({ of: 'each-user', used: 2 });
});

it('does not know what a process holds that is not there', () => {
  expect(readAll({ pid: 77 }).get('fs.inotify.max_user_instances')).toMatchObject({ used: 3, own: null });
});

it('reads the process that is asked about first, and says how many time did not suffice for', () => {
  let now = 0;
  const quotas = readAll({}, () => (now += 1000));

  expect(quotas.get('fs.inotify.max_user_instances')).toMatchObject({ used: 2, own: 2, unread: 2 });
});

it('counts an instance that a child has from its parent once', () => {
  const tree = { ...TREE, '43/stat': statLine({ ppid: '42' }) };

  expect(readAll({}, undefined, tree).get('fs.inotify.max_user_instances')?.used).toBe(2);
  expect(readAll({}, undefined, tree).get('fs.inotify.max_user_watches')?.used).toBe(2);
});
