import { describe, expect, it } from 'vitest';
import { readOtherNamespaces } from '../../src/collect/namespaces.ts';
import { ProcFs } from '../../src/collect/proc-fs.ts';
import { ProcessFolder } from '../../src/collect/process-folder.ts';
import { INET_HEADER, inetLine, table } from '../lines.ts';
import { WITHOUT_END } from './without-end.ts';
import { aProcess, type Entry, writeTree } from './proc-tree.ts';

/** Each process of a namespace of its own: its `net/tcp` is a file of its own. */
const other = (pid: number, inode: string): Readonly<Record<string, Entry>> => ({
  [`${pid}/ns/net`]: { link: `net:[${4_026_532_000 + pid}]` },
  [`${pid}/net/tcp`]: table(INET_HEADER, inetLine({ inode })),
});

const withoutLink = (entries: Readonly<Record<string, Entry>>): Readonly<Record<string, Entry>> =>
  Object.fromEntries(Object.entries(entries).filter(([path]) => !path.endsWith('/ns/net')));

const read = (entries: Readonly<Record<string, Entry>>) =>
  readOtherNamespaces(new ProcessFolder(new ProcFs(writeTree({ ...aProcess(), ...entries })), 4242), {
    wants: () => true,
    deadline: WITHOUT_END,
  });

const inodesOf = ({ tables }: Awaited<ReturnType<typeof read>>): ReadonlySet<string> =>
  new Set(tables.flatMap(({ byInode }) => [...byInode.keys()]));

describe('readOtherNamespaces', () => {
  it('reads the tables of every namespace but its own', async () => {
    const namespaces = await read({ ...other(1, '100'), ...other(77, '101') });
    expect(inodesOf(namespaces)).toEqual(new Set(['100', '101']));
    expect(new Set(namespaces.tables.map(({ netns }) => netns))).toEqual(new Set(['4026532001', '4026532077']));
    expect(namespaces.denied).toBe(0);
  });

  it('reads those of one namespace once, and believes no link that leads to no tables', async () => {
    const { '1/ns/net': link = '' } = other(1, '100');
    const sameNamespace = { '2/ns/net': link, ...withoutLink(other(2, '101')) };
    const endedMeanwhile = { '0/ns/net': link };
    const namespaces = await read({ ...endedMeanwhile, ...other(1, '100'), ...sameNamespace });
    expect(inodesOf(namespaces)).toEqual(new Set(['100']));
    expect(inodesOf(await read({ ...other(1, '100'), ...withoutLink(other(2, '101')) }))).toEqual(
      new Set(['100', '101']),
    );
  });

  it('passes over what is no process, and over processes that end meanwhile', async () => {
    const { tables, denied } = await read({ ...other(1, '100'), 'self/net/tcp': '', 'sys/net/tcp': '', '78/stat': '' });
    expect([tables.length, denied]).toEqual([1, 0]);
  });

  it('does not claim to have seen all where not even process 1 is shown', async () => {
    expect((await read(other(77, '101'))).denied).toBe(1);
  });

  it('looks into the threads of the process: each may live in a namespace of its own', async () => {
    const thread = { '4242/task/4250/net/tcp': table(INET_HEADER, inetLine({ inode: '102' })) };
    expect(inodesOf(await read({ ...other(1, '100'), ...thread }))).toEqual(new Set(['100', '102']));
  });
});
