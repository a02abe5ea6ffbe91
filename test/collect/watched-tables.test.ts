import { renameSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ProcessFolder } from '../../src/collect/process-folder.ts';
import { ProcFs } from '../../src/collect/proc-fs.ts';
import { WatchedTables } from '../../src/collect/watched-tables.ts';
import { INET_HEADER, inetLine, table } from '../lines.ts';
import { aProcess, writeTree } from './proc-tree.ts';
import { WITHOUT_END } from './without-end.ts';

const TCP = '4242/net/tcp';

function stage(mostAgeMs: number) {
  const root = writeTree({ ...aProcess(), [TCP]: table(INET_HEADER, inetLine({ inode: '100' })) });
  const process = new ProcessFolder(new ProcFs(root), 4242);
  let nowMs = 0;
  const tables = new WatchedTables(() => nowMs, mostAgeMs);
  return {
    pass: (ms: number) => (nowMs += ms),
    /** In the first minute all is read. */
    settle: async () => {
      await tables.own(process, { inodes: new Set(['0']), sinceMs: null, deadline: WITHOUT_END });
      nowMs += 60_000;
    },
    hold: (...inodes: string[]) => {
      writeFileSync(`${root}/new`, table(INET_HEADER, ...inodes.map((inode) => inetLine({ inode }))));
      renameSync(`${root}/new`, `${root}/${TCP}`);
    },
    ask: async (inodes: string[], sinceMs: number | null = null) => {
      const asked = { inodes: new Set(inodes), sinceMs, deadline: WITHOUT_END };
      return [...(await tables.own(process, asked)).byInode.keys()];
    },
  };
}

describe('the tables of a watch of many', () => {
  it('are read once for all that ask for known sockets within a round, and anew in the next', async () => {
    const { ask, hold, pass, settle } = stage(1000);
    await settle();
    expect(await ask(['100', '200'])).toEqual(['100']);
    hold('200');
    pass(999);
    expect(await ask(['100'])).toEqual(['100']);
    expect(await ask(['200'])).toEqual([]);
    pass(1);
    expect(await ask(['200'])).toEqual(['200']);
    expect(await ask(['100'])).toEqual([]);
  });

  it('hold all in the first minute, in which each that asks is new', async () => {
    const { ask, hold } = stage(1000);
    hold('100', '300');
    expect(await ask(['100'])).toEqual(['100']);
    hold();
    expect(await ask(['300'])).toEqual(['300']);
  });

  it('are read again for a socket that nobody asked for before, and for all with it', async () => {
    const { ask, hold, settle } = stage(1000);
    await settle();
    await ask(['100']);
    hold('100', '300');
    expect(await ask(['300'])).toEqual(['300']);
    expect(await ask(['100', '300'])).toEqual(['100', '300']);
  });

  it('are read again where they are older than the listing', async () => {
    const { ask, hold, pass } = stage(1000);
    expect(await ask(['200'])).toEqual([]);
    hold('200');
    pass(10);
    expect(await ask(['200'], 5)).toEqual(['200']);
  });

  it('are read at each question where one process is watched', async () => {
    const { ask, hold } = stage(0);
    expect(await ask(['100'])).toEqual(['100']);
    hold('200');
    expect(await ask(['100', '200'])).toEqual(['200']);
  });
});
