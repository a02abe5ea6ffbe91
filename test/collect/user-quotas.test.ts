import { expect, it } from 'vitest';
import { ProcFs } from '../../src/collect/proc-fs.ts';
import { readUserQuotas } from '../../src/collect/user-quotas.ts';
import { statLine } from '../lines.ts';
import { type Entry, writeTree } from './proc-tree.ts';

const INFO = 'pos:\t0\nflags:\t02000000\nmnt_id:\t15\nino:\t1057\n';
/** As the kernel writes it. */
const watch = (wd: number): string =>
  `inotify wd:${wd} ino:4f3c sdev:fe00000 mask:2 ignored_mask:0 fhandle-bytes:8 fhandle-type:1 f_handle:3c4f00008bfaab35\n`;

const LIMITS = { 'sys/fs/inotify/max_user_instances': '128\n', 'sys/fs/inotify/max_user_watches': '65536\n' };

const process = (pid: number, parent: number, infos: Readonly<Record<number, string>>): Record<string, Entry> => ({
  [`${pid}/stat`]: statLine({ ppid: `${parent}` }),
  [`${pid}/fd/0`]: { link: '/dev/null' },
  ...Object.fromEntries(Object.keys(infos).map((fd) => [`${pid}/fd/${fd}`, { link: 'anon_inode:inotify' }])),
  ...Object.fromEntries(Object.entries(infos).map(([fd, info]) => [`${pid}/fdinfo/${fd}`, info])),
});

const usesOf = (tree: Record<string, Entry>, processes: { pid: number; uid: number | null }[]) =>
  readUserQuotas(new ProcFs(writeTree(tree)), processes).map(({ name, uid, used, limit }) => [uid, name, used, limit]);

it('counts instances and watches of each user who has some', () => {
  const tree = { ...LIMITS, ...process(1, 0, { 5: INFO + watch(1) + watch(2), 6: INFO }), ...process(2, 0, {}) };
  expect(
    usesOf(tree, [
      { pid: 1, uid: 33 },
      { pid: 2, uid: 34 },
    ]),
  ).toEqual([
    [33, 'fs.inotify.max_user_instances', 2, 128],
    [33, 'fs.inotify.max_user_watches', 2, 65_536],
  ]);
});

it('counts an instance that a child has from its parent once, and one of its own beside it', () => {
  const tree = {
    ...LIMITS,
    ...process(1, 0, { 5: INFO + watch(1) }),
    ...process(2, 1, { 5: INFO + watch(1), 6: INFO }),
    ...process(3, 0, { 5: INFO + watch(1) }),
  };
  const processes = [1, 2, 3].map((pid) => ({ pid, uid: 33 }));
  expect(usesOf(tree, processes).map(([, , used]) => used)).toEqual([3, 2]);
});

it('says nothing of a user of whom a process may not be looked into, nor without the quota', () => {
  const tree = { ...LIMITS, ...process(1, 0, { 5: INFO }), '2/fd': 'a file in place of a folder cannot be listed' };
  const processes = [1, 2].map((pid) => ({ pid, uid: 33 }));
  expect(usesOf(tree, processes)).toEqual([]);
  expect(usesOf(process(1, 0, { 5: INFO }), [{ pid: 1, uid: 33 }])).toEqual([]);
});
