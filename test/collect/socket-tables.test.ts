import { describe, expect, it } from 'vitest';
import { Deadline } from '../../src/collect/deadline.ts';
import { ProcFs } from '../../src/collect/proc-fs.ts';
import { readSocketTables } from '../../src/collect/socket-tables.ts';
import { INET_HEADER, inetLine, protocolLine, PROTOCOLS_HEADER, table, unixLine, UNIX_HEADER } from '../lines.ts';
import { WITHOUT_END } from './without-end.ts';
import { aProcess, writeTree } from './proc-tree.ts';

const ALL = (): boolean => true;
const read = (tables: Readonly<Record<string, string>>, wants: (inode: string) => boolean = ALL) => {
  const net = Object.fromEntries(Object.entries(tables).map(([name, text]) => [`4242/net/${name}`, text]));
  return readSocketTables(new ProcFs(writeTree({ ...aProcess(), ...net })), '4242', {
    wants,
    calls: null,
    deadline: WITHOUT_END,
  });
};

describe('readSocketTables', () => {
  it('reads every table and the namespace they are of', async () => {
    const tables = await read({
      tcp: table(INET_HEADER, inetLine({ inode: '100' })),
      udp: table(INET_HEADER, inetLine({ inode: '101', st: '07' })),
      unix: table(UNIX_HEADER, unixLine({ inode: '102' })),
    });
    expect([...tables.byInode].map(([inode, listed]) => [inode, listed.table])).toEqual([
      ['100', 'tcp'],
      ['102', 'unix'],
      ['101', 'udp'],
    ]);
    expect(tables).toMatchObject({ netns: '4026531833', missing: [], faults: [] });
  });

  it('reads no further table once all that is asked for is found', async () => {
    const tree = writeTree({
      ...aProcess(),
      '4242/net/tcp': table(INET_HEADER, inetLine({ inode: '100' })),
      '4242/net/udp': 'no table',
    });
    const request = { wants: ALL, calls: null, deadline: WITHOUT_END };
    const found = await readSocketTables(new ProcFs(tree), '4242', { ...request, asked: new Set(['0', '100']) });
    expect([[...found.byInode.keys()], found.missing]).toEqual([['100'], []]);
    const more = await readSocketTables(new ProcFs(tree), '4242', { ...request, asked: new Set(['100', '101']) });
    expect(more.missing.map(({ name }) => name)).toEqual(['udp']);
  });

  it('prefers any other row to one of unix, which a name with a newline can forge', async () => {
    const tables = await read({
      udp: table(INET_HEADER, inetLine({ inode: '101', st: '07' })),
      unix: table(UNIX_HEADER, unixLine({ inode: '101' })),
    });
    expect([...tables.byInode.values()].map((listed) => listed.table)).toEqual(['udp']);
  });

  it('keeps rows without an owner apart, and leaves out rows that nobody wants', async () => {
    const text = table(
      INET_HEADER,
      inetLine({ inode: '0', st: '06' }),
      inetLine({ inode: '100' }),
      inetLine({ inode: '7' }),
    );
    const tables = await read({ tcp: text }, (inode) => inode === '100' || inode === '0');
    expect([[...tables.byInode.keys()], tables.ownerless.length]).toEqual([['100'], 1]);
  });

  it.each([
    {
      name: 'is cut within a row',
      text: `${table(INET_HEADER, inetLine())}   1: 0100007F:1F9`,
      because: '1 lines of it make no sense',
    },
    {
      name: 'is cut within an inode',
      text: table(INET_HEADER, inetLine()).slice(0, -40),
      because: '1 lines of it make no sense',
    },
    { name: 'is cut within its header', text: '  sl  local_addr', because: 'it does not begin with its header' },
    { name: 'is empty', text: '', because: 'it does not begin with its header' },
    { name: 'is something else', text: '<html>\n<body>\n', because: 'it does not begin with its header' },
    {
      name: 'holds a broken line',
      text: table(INET_HEADER, inetLine(), 'rubbish'),
      because: '1 lines of it make no sense',
    },
  ])('takes a table for missing that $name', async ({ text, because }) => {
    const { missing, faults } = await read({ tcp: text });
    expect(missing).toEqual([{ name: 'tcp', because }]);
    expect(faults).toHaveLength(1);
    expect(faults[0]?.source).toBe('proc-net-tcp');
  });

  it('takes a table for empty that the kernel does not have, while others are there', async () => {
    const net = Object.entries(aProcess()).filter(([path]) => !path.endsWith('net/udplite6'));
    const tables = await readSocketTables(new ProcFs(writeTree(Object.fromEntries(net))), '4242', {
      wants: ALL,
      calls: null,
      deadline: WITHOUT_END,
    });
    expect(tables.missing).toEqual([]);
  });

  it.each([
    { name: 'is spared a walk where the namespace has no such socket', wants: '100', sockets: '0', found: [] },
    { name: 'is read where it has one', wants: '100', sockets: '1', found: ['100'] },
    {
      name: 'is read where rows without an owner are wanted, which are in no count',
      wants: '0',
      sockets: '0',
      found: [],
    },
    { name: 'is read where the kernel does not say', wants: '100', sockets: 'x', found: ['100'] },
  ])('a TCP table $name', async ({ wants, sockets, found }) => {
    const tcp = table(INET_HEADER, inetLine({ inode: '100' }), inetLine({ inode: '0', st: '06' }));
    const protocols = table(PROTOCOLS_HEADER, protocolLine({ name: 'TCP', sockets }));
    const tables = await read({ tcp, protocols }, (inode) => inode === wants);
    expect([[...tables.byInode.keys()], tables.ownerless.length]).toEqual([found, wants === '0' ? 1 : 0]);
  });

  it('takes every table for missing where the process is gone', async () => {
    const tables = await readSocketTables(new ProcFs(writeTree({})), '4242', {
      wants: ALL,
      calls: null,
      deadline: WITHOUT_END,
    });
    expect(tables.missing.map(({ name }) => name)).toEqual(expect.arrayContaining(['tcp', 'tcp6', 'unix']));
  });

  it('says of 200,000 broken lines so in a few, and counts them', async () => {
    const { missing, faults } = await read({ tcp: table(INET_HEADER, 'x\n'.repeat(200_000).trimEnd()) });
    expect([missing[0]?.because, faults.length]).toEqual(['200000 lines of it make no sense', 20]);
  });

  it('reads 200,000 rows and keeps the one that is wanted', async () => {
    const rows = Array.from({ length: 200_000 }, (_, at) => inetLine({ sl: `${at}`, inode: `${at + 1}` }));
    const { byInode, missing } = await read(
      { tcp: table(INET_HEADER, rows.join('\n')) },
      (inode) => inode === '177777',
    );
    expect([[...byInode.keys()], missing]).toEqual([['177777'], []]);
  });

  it('takes for missing what there was no time to read, a long table in the middle of it as well', async () => {
    let nowMs = 0;
    const deadline = new Deadline(() => (nowMs += 1), 20);
    const net = { '4242/net/unix': table(UNIX_HEADER, 'x\n'.repeat(2_000_000).trimEnd()) };
    const proc = new ProcFs(writeTree({ ...aProcess(), ...net }));
    const { missing } = await readSocketTables(proc, '4242', { wants: ALL, calls: null, deadline });
    expect(missing.map(({ name }) => name)).toContain('unix');
    expect(missing[0]?.because).toBe('not read: 20 ms had passed');
  });
});
