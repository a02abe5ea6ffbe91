import { describe, expect, it } from 'vitest';
import { parseMountinfo } from '../../../src/core/parse/proc-mountinfo.ts';

describe('parseMountinfo', () => {
  it.each([
    {
      line: '36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw,errors=continue',
      row: { id: 36, root: '/mnt1', point: '/mnt2', type: 'ext3', device: '98:0', servedBy: null },
    },
    {
      line: '22 1 0:21 / /proc rw,nosuid,nodev,noexec - proc proc rw',
      row: { id: 22, root: '/', point: '/proc', type: 'proc', device: '0:21', servedBy: null },
    },
    {
      line: '400 35 0:4 net:[4026532281] /run/netns/blue rw shared:5 master:2 - nsfs nsfs rw',
      row: { id: 400, root: 'net:[4026532281]', point: '/run/netns/blue', type: 'nsfs', device: '0:4', servedBy: null },
    },
    {
      line: String.raw`7 1 0:50 / /mnt/a\040b\134 rw - fuse.sshfs host: rw`,
      row: { id: 7, root: '/', point: '/mnt/a b\\', type: 'fuse.sshfs', device: '0:50', servedBy: null },
    },
    {
      line: '41 1 0:39 / /home/a/s rw,nosuid - fuse.sshfs host: rw,user_id=1000,group_id=1000',
      row: { id: 41, root: '/', point: '/home/a/s', type: 'fuse.sshfs', device: '0:39', servedBy: 1000 },
    },
  ])('reads $line', ({ line, row }) => {
    expect(parseMountinfo(`${line}\n`)).toEqual({ rows: [row], faults: [] });
  });

  it('says what does not fit', () => {
    expect(parseMountinfo('36 35 98:0 /mnt1').faults).toMatchObject([{ source: 'proc-mountinfo', line: 1 }]);
  });
});
