import { toInode } from '../../src/core/model/inode.ts';
import type { WalkRow } from '../../src/core/model/walk.ts';

/** A file of process 42, as the walk saw it. */
export function aRow(values: Partial<WalkRow> = {}): WalkRow {
  return {
    pid: 42,
    tid: 42,
    fd: 3,
    file: 1,
    netns: '4026531840',
    flags: 0,
    links: 1,
    inode: toInode('39309'),
    mode: 0o100644,
    device: '8:1',
    isWatched: false,
    link: '/var/log/app.log',
    pipe: null,
    isSocket: false,
    socketNetns: null,
    isClosedTcp: false,
    socket: null,
    walkedAtMs: 1000,
    ...values,
  };
}
