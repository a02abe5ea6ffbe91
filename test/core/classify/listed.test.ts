import { describe, expect, it } from 'vitest';
import { type Inode, toInode } from '../../../src/core/model/inode.ts';
import type { UnixRow } from '../../../src/core/model/socket-row.ts';
import type { SsRow } from '../../../src/core/model/tool-row.ts';
import { type InetRow, INET_TABLES } from '../../../src/core/model/inet-row.ts';
import type { ListedSocket } from '../../../src/core/model/socket-tables.ts';
import { type TcpState, TCP_STATES } from '../../../src/core/model/socket.ts';
import type { VerdictName } from '../../../src/core/model/verdict.ts';
import {
  anInetRow,
  anSsReading,
  anSsRow,
  aSocketAt,
  aUnixRow,
  type CaseDiffer,
  namesOf,
  inspectionOf,
  someTables,
  tcp,
  unix,
} from '../evidence-builder.ts';

/** The one socket, fd 7, inode 100, that stands in a table. */
function judge(listed: ListedSocket, { tables, ...differs }: CaseDiffer = {}) {
  const [descriptor] = inspectionOf({
    open: [aSocketAt(7, '100')],
    ...differs,
    tables: { own: someTables([listed]), ...tables },
  }).descriptors;
  if (descriptor?.socket == null) throw new Error('it was given a socket');
  return { socket: descriptor.socket, verdict: descriptor.verdict };
}

const VERDICT_OF = {
  UNKNOWN: 'undecided',
  ESTABLISHED: 'established',
  SYN_SENT: 'connecting',
  SYN_RECV: 'connecting',
  FIN_WAIT1: 'half-closed',
  FIN_WAIT2: 'half-closed',
  TIME_WAIT: 'closing',
  CLOSE: 'undecided',
  CLOSE_WAIT: 'peer-closed',
  LAST_ACK: 'closing',
  LISTEN: 'listening',
  CLOSING: 'closing',
  NEW_SYN_RECV: 'connecting',
  BOUND_INACTIVE: 'bound',
} as const satisfies Record<TcpState, VerdictName>;

describe('an MPTCP connection', () => {
  const listed = tcp(anInetRow('100', { state: 'ESTABLISHED' }));
  const told = (states: ReadonlyMap<Inode, TcpState> | null) =>
    judge(listed, { tables: { own: someTables([listed], { mptcpSockets: 1, mptcp: states }) } }).verdict;

  it('is in the state that netlink tells, not in that of its subflow', () => {
    expect(told(new Map([[toInode('100'), 'CLOSE_WAIT']]))).toMatchObject({
      is: 'peer-closed',
      because: expect.stringContaining('netlink says CLOSE_WAIT; the table tcp shows its subflow ESTABLISHED'),
    });
  });

  it('is none where netlink lists all of them without it', () => {
    expect(told(new Map())).toMatchObject({ is: 'established' });
  });

  it('cannot be told from others where neither netlink nor ss says', () => {
    expect(told(null)).toMatchObject({ is: 'undecided' });
  });
});

describe('a TCP socket in a table', () => {
  it.each([
    ['CLOSE_WAIT', 'peer-closed', 'this process goes on sending'],
    ['FIN_WAIT2', 'half-closed', 'the peer goes on sending'],
  ] as const)('in %s is no suspect while data goes the other way', (state, is, says) => {
    const listed: ListedSocket = { table: 'tcp', row: anInetRow('100', { state }) };

    expect(judge(listed, { secondLook: 'taken' }).verdict).toMatchObject({ is, leak: 'suspect' });
    const { verdict } = judge(listed, { active: new Set([toInode('100')]) });
    expect(verdict).toMatchObject({ is, leak: 'no' });
    expect(verdict.because).toContain(says);
  });

  it.each(TCP_STATES.map((state) => ({ state, is: VERDICT_OF[state] })))('in $state is $is', ({ state, is }) => {
    for (const table of ['tcp', 'tcp6'] as const) {
      const { socket, verdict } = judge({ table, row: anInetRow('100', { state }) });
      expect(verdict).toMatchObject({ is, cause: null });
      expect(verdict.leak).not.toBe('certain');
      expect(socket).toMatchObject({ protocol: 'tcp', state, listed: true, foreign: false, autopsy: null });
    }
  });

  it.each<{ name: string; row: Partial<InetRow>; field: string; value: unknown }>([
    {
      name: 'has no remote while its port is 0',
      row: { remote: { address: '::', port: 0 } },
      field: 'remote',
      value: null,
    },
    { name: 'shows its queues', row: { recvQueueBytes: 3, sendQueueBytes: 5 }, field: 'recvQueueBytes', value: 3 },
    {
      name: 'shows a queue of connections, not of bytes, where it listens',
      row: { state: 'LISTEN', recvQueueBytes: 3 },
      field: 'acceptQueue',
      value: { waiting: 3, backlog: null, isSteady: null },
    },
    {
      name: 'has no bytes in its queue where it listens',
      row: { state: 'LISTEN', recvQueueBytes: 3 },
      field: 'recvQueueBytes',
      value: null,
    },
  ])('$name', ({ row, field, value }) => {
    expect(judge(tcp(anInetRow('100', row))).socket).toHaveProperty(field, value);
  });

  it('takes the backlog of a listener from ss', () => {
    const ss = anSsReading([anSsRow('100', { state: 'LISTEN', sendQueue: 511 })]);
    const { socket } = judge(tcp(anInetRow('100', { state: 'LISTEN' })), { tools: { ss } });
    expect(socket).toMatchObject({ acceptQueue: { waiting: 0, backlog: 511 }, cookie: '1012' });
  });

  it('of another namespace is foreign, with the verdict of its state there', () => {
    const others = [someTables([tcp(anInetRow('100', { state: 'CLOSE_WAIT' }))], { netns: '4026532000' })];
    const { socket, verdict } = judge(tcp(anInetRow('999')), { tables: { others } });
    expect([verdict.is, socket]).toMatchObject(['peer-closed', { foreign: true, netns: '4026532000', listed: true }]);
  });
});

describe('an MPTCP socket in a table, where its subflow looks ESTABLISHED to the end', () => {
  const row = tcp(anInetRow('100'));
  const protocolNames = namesOf({ 100: 'MPTCP' });

  it.each([
    { name: 'without ss', differs: {}, is: 'undecided', protocol: 'mptcp' },
    {
      name: 'by an ss that does not know MPTCP',
      differs: { tools: { ss: anSsReading([], { knowsMptcp: false }) } },
      is: 'undecided',
      protocol: 'mptcp',
    },
    {
      name: 'where ss says CLOSE_WAIT',
      differs: { tools: { ss: anSsReading([anSsRow('100', { netid: 'mptcp', state: 'CLOSE_WAIT' })]) } },
      is: 'peer-closed',
      protocol: 'mptcp',
    },
    {
      name: 'where ss says ESTABLISHED',
      differs: { tools: { ss: anSsReading([anSsRow('100', { netid: 'mptcp' })]) } },
      is: 'established',
      protocol: 'mptcp',
    },
    // An MPTCP listener gives its name to plain TCP connections too: ss lists them as tcp alone.
    {
      name: 'where ss, which knows MPTCP, lists it as plain TCP',
      differs: { tools: { ss: anSsReading([anSsRow('100')]) } },
      is: 'established',
      protocol: 'tcp',
    },
  ] as const)('$name is $is', ({ differs, is, protocol }) => {
    const { socket, verdict } = judge(row, { ...differs, protocolNames });
    expect([verdict.is, socket]).toMatchObject([is, { protocol }]);
  });

  it('of another namespace than ss was run in stays undecided, whatever ss does not say', () => {
    const { verdict } = judge(tcp(anInetRow('999')), {
      tables: { others: [someTables([row], { netns: '4026532000' })] },
      protocolNames,
      tools: { ss: anSsReading([]) },
    });
    expect(verdict.is).toBe('undecided');
  });

  it('listening needs no ss', () => {
    expect(judge(tcp(anInetRow('100', { state: 'LISTEN' })), { protocolNames }).verdict.is).toBe('listening');
  });
});

describe('a unix socket', () => {
  const withSs = (row: Partial<SsRow>) => ({
    tools: { ss: anSsReading([anSsRow('100', { netid: 'u_str', ...row })]) },
  });

  it.each<{ name: string; row: Partial<UnixRow>; differs: CaseDiffer; is: VerdictName }>([
    { name: 'unconnected', row: { state: 'UNCONNECTED' }, differs: {}, is: 'in-use' },
    { name: 'connecting', row: { state: 'CONNECTING' }, differs: {}, is: 'in-use' },
    { name: 'listening', row: { state: 'LISTEN' }, differs: {}, is: 'in-use' },
    { name: 'connected, nobody asked ss', row: {}, differs: {}, is: 'in-use' },
    { name: 'connected to 101, says ss', row: {}, differs: withSs({ peerInode: aUnixRow('101').inode }), is: 'in-use' },
    {
      name: 'connected to nobody, says ss',
      row: {},
      differs: withSs({ peerInode: aUnixRow('0').inode }),
      is: 'peer-gone',
    },
    { name: 'connected, its peer waits to be accepted', row: {}, differs: withSs({ peerInode: null }), is: 'in-use' },
    {
      name: 'seqpacket whose peer is gone',
      row: { type: 'seqpacket' },
      differs: withSs({ peerInode: aUnixRow('0').inode }),
      is: 'peer-gone',
    },
    {
      name: 'datagram whose peer is gone',
      row: { type: 'dgram' },
      differs: withSs({ peerInode: aUnixRow('0').inode }),
      is: 'datagram',
    },
  ])('$name: $is', ({ row, differs, is }) => {
    expect(judge(unix(aUnixRow('100', row)), differs).verdict.is).toBe(is);
  });

  it('keeps the bytes of a name that is no UTF-8', () => {
    const { socket } = judge(unix(aUnixRow('100', { pathBytes: '/tmp/\xff\n' })));
    expect(socket).toMatchObject({ path: '/tmp/\uFFFD\n', pathBase64: btoa('/tmp/\xff\n') });
  });
});

describe('a socket without a connection', () => {
  it.each(INET_TABLES.filter((table) => !table.startsWith('tcp')))('in the table %s is a datagram socket', (table) => {
    const { socket, verdict } = judge({ table, row: anInetRow('100', { state: 'CLOSE' }) });
    expect(verdict).toMatchObject({ is: 'datagram', leak: 'no' });
    expect(socket).toMatchObject({ family: table.endsWith('6') ? 'inet6' : 'inet', protocol: table.replace('6', '') });
  });

  it('in the tables netlink and packet as well', () => {
    const { inode } = aUnixRow('100');
    expect(judge({ table: 'netlink', row: { inode, protocolNumber: 0 } })).toMatchObject({
      socket: { family: 'netlink', protocolName: 'route' },
      verdict: { is: 'datagram' },
    });
    expect(judge({ table: 'packet', row: { inode, type: 'raw' } })).toMatchObject({
      socket: { family: 'packet', type: 'raw' },
      verdict: { is: 'datagram' },
    });
  });
});
