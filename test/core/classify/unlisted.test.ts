import { describe, expect, it } from 'vitest';
import type { SocketProbe, TcpInfo } from '../../../src/core/model/probe.ts';
import type { SocketTables } from '../../../src/core/model/socket-tables.ts';
import { TCP_STATES } from '../../../src/core/model/socket.ts';
import type { Cause, VerdictName } from '../../../src/core/model/verdict.ts';
import {
  aProbe,
  aSocketAt,
  type CaseDiffer,
  inspectionOf,
  looksOf,
  namesOf,
  someLooks,
  someTables,
} from '../evidence-builder.ts';

/** The one socket, fd 7, inode 100, that stands in no table. */
function judge(differs: CaseDiffer) {
  const [descriptor] = inspectionOf({ open: [aSocketAt(7, '100')], ...differs }).descriptors;
  if (descriptor?.socket == null) throw new Error('it was given a socket');
  return { socket: descriptor.socket, verdict: descriptor.verdict };
}

const answered = (differs: Partial<Omit<SocketProbe, 'info'>> = {}, info: Partial<TcpInfo> = {}) =>
  judge({ probes: { looks: looksOf({ 100: someLooks(aProbe(differs, info)) }) } });

const named = (name: string, missing: SocketTables['missing'] = []) =>
  judge({
    tables: { own: someTables([], { missing }) },
    protocolNames: namesOf({ 100: name }),
    probes: { because: 'not chosen (--sources)' },
  });

const NEVER_CONNECTED = { rcvSpace: 0, pmtu: 0, rcvMss: 0 };
const NO_PORT = { address: '0.0.0.0', port: 0 };

describe('a TCP socket in no table that answered CLOSE', () => {
  it.each<{
    name: string;
    probe: Partial<Omit<SocketProbe, 'info'>>;
    info: Partial<TcpInfo>;
    is: VerdictName;
    cause: Cause | null;
  }>([
    { name: 'connected once, error pending', probe: {}, info: {}, is: 'orphaned', cause: 'reset' },
    { name: 'connected once, told', probe: { errorPending: false }, info: {}, is: 'orphaned', cause: 'ended' },
    { name: 'dissolved by its program', probe: { readEnded: false }, info: {}, is: 'orphaned', cause: 'unknown' },
    {
      name: 'MPTCP, which reports no end of reading',
      probe: { readEnded: false, protocol: 'mptcp' },
      info: {},
      is: 'orphaned',
      cause: 'reset',
    },
    {
      name: 'MPTCP that both sides ended',
      probe: { errorPending: false, protocol: 'mptcp' },
      info: {},
      is: 'orphaned',
      cause: 'ended',
    },
    {
      name: 'MPTCP that lost its last path',
      probe: { errorPending: false, readEnded: false, protocol: 'mptcp' },
      info: {},
      is: 'orphaned',
      cause: 'unknown',
    },
    {
      name: 'refused',
      probe: { local: { address: '0.0.0.0', port: 4711 } },
      info: { rcvSpace: 0 },
      is: 'connect-failed',
      cause: null,
    },
    {
      name: 'refused, its port gone',
      probe: { local: NO_PORT },
      info: { rcvSpace: 0 },
      is: 'connect-failed',
      cause: null,
    },
    { name: 'listening once', probe: {}, info: { ...NEVER_CONNECTED, rcvMss: 88 }, is: 'closed-listener', cause: null },
    { name: 'bound to a port', probe: {}, info: NEVER_CONNECTED, is: 'bound', cause: null },
    {
      name: 'bound to an address',
      probe: { local: { address: '127.0.0.1', port: 0 } },
      info: NEVER_CONNECTED,
      is: 'bound',
      cause: null,
    },
    { name: 'nothing more', probe: { local: NO_PORT }, info: NEVER_CONNECTED, is: 'fresh', cause: null },
    {
      name: 'nothing more, IPv6',
      probe: { local: { address: '::', port: 0 }, family: 'inet6' },
      info: NEVER_CONNECTED,
      is: 'fresh',
      cause: null,
    },
    {
      name: 'nothing more, its address denied',
      probe: { local: null },
      info: NEVER_CONNECTED,
      is: 'fresh',
      cause: null,
    },
  ])('$name: $is $cause', ({ probe, info, is, cause }) => {
    const { socket, verdict } = answered(probe, info);
    expect(verdict).toMatchObject({ is, cause });
    expect(verdict.checked).toContain('autopsy');
    expect(socket).toMatchObject({ listed: false, state: 'CLOSE', autopsy: { wasConnected: is === 'orphaned' } });
  });

  it('has no ages where it never was connected: the kernel would print its uptime', () => {
    expect(answered({}, NEVER_CONNECTED).socket).toMatchObject({
      autopsy: { sinceDataMs: null, sinceAckMs: null, bytesReceived: null, bytesAcked: null },
    });
  });

  it('keeps the zeros of a dead MPTCP connection to itself: they are not known', () => {
    expect(answered({ protocol: 'mptcp' }, { bytesReceived: 0, bytesAcked: 0, lastAckRecvMs: 7 }).socket).toMatchObject(
      {
        autopsy: { sinceDataMs: null, sinceAckMs: 7, bytesReceived: null, bytesAcked: null },
      },
    );
  });
});

describe('a TCP socket in no table that answered another state', () => {
  it.each(TCP_STATES.filter((state) => state !== 'CLOSE'))('%s is neither orphaned nor unlisted', (state) => {
    for (const foreign of [true, false, null]) {
      const { verdict } = answered({ foreign }, { state });
      expect(['orphaned', 'unlisted']).not.toContain(verdict.is);
      expect(verdict.leak).not.toBe('certain');
    }
  });

  it('is undecided where the state has no name', () => {
    expect(answered({}, { state: null }).verdict.is).toBe('undecided');
  });
});

/** What can be concluded from the kernel's name alone. */
const BY_NAME = {
  unlisted: ['TCP', 'TCPv6', 'MPTCP', 'MPTCPv6'],
  datagram: ['UDP', 'UDPv6', 'UDP-Lite', 'UDPLITEv6', 'RAW', 'PINGv6'],
  untabulated: ['NETLINK', 'AF_VSOCK', 'XDP', 'SCTP', 'a name of a later kernel'],
  undecided: ['UNIX', 'UNIX-STREAM'],
} as const satisfies Partial<Record<VerdictName, readonly string[]>>;

describe('a socket in no table that could not be asked', () => {
  it.each(Object.entries(BY_NAME).flatMap(([is, names]) => names.map((name) => ({ name, is }))))(
    'and is $name by the kernel is $is',
    ({ name, is }) => {
      const { socket, verdict } = named(name);
      expect([verdict.is, verdict.cause, socket.listed]).toEqual([is, null, false]);
    },
  );

  it('says why it could not be asked', () => {
    expect(named('TCP').verdict.because).toContain('it could not be probed: not chosen (--sources)');
  });

  it('is undecided where nobody said its protocol', () => {
    expect(judge({}).verdict).toMatchObject({ is: 'undecided', because: expect.stringContaining('lsof could tell') });
  });

  it.each([
    { name: 'TCP', table: 'tcp', is: 'undecided' },
    { name: 'MPTCP', table: 'tcp', is: 'undecided' },
    { name: 'TCPv6', table: 'tcp6', is: 'undecided' },
    { name: 'MPTCPv6', table: 'tcp6', is: 'undecided' },
    { name: 'TCPv6', table: 'tcp', is: 'unlisted' },
    { name: 'TCP', table: 'udp', is: 'unlisted' },
    { name: 'UDP', table: 'udp', is: 'datagram' },
  ])('and is $name is $is where the table $table is missing', ({ name, table, is }) => {
    const { verdict } = named(name, [{ name: table, because: 'denied' }]);
    expect(verdict.is).toBe(is);
    if (is === 'undecided') expect(verdict.because).toContain(`the table ${table} could not be read (denied)`);
  });

  it('is undecided where no table was read at all', () => {
    const { verdict } = judge({ tables: { own: null }, protocolNames: namesOf({ 100: 'TCP' }) });
    expect(verdict).toMatchObject({ is: 'undecided', because: expect.stringContaining('the table tcp') });
  });
});

describe('a socket in no table that is not TCP and answered', () => {
  it.each<{ name: string; probe: Partial<Omit<SocketProbe, 'info'>>; is: VerdictName }>([
    { name: 'UDP', probe: { protocol: 'udp', type: 'dgram' }, is: 'datagram' },
    { name: 'netlink', probe: { family: 'netlink', protocol: null, type: 'raw' }, is: 'untabulated' },
    { name: 'vsock', probe: { family: 'vsock', protocol: null }, is: 'untabulated' },
    {
      name: 'unix with a peer that hung up',
      probe: { family: 'unix', protocol: null, hasPeer: true },
      is: 'peer-gone',
    },
    { name: 'unix that never was connected', probe: { family: 'unix', protocol: null, hasPeer: false }, is: 'in-use' },
    {
      name: 'unix with a living peer',
      probe: { family: 'unix', protocol: null, hasPeer: true, hungUp: false },
      is: 'in-use',
    },
    { name: 'unix datagram', probe: { family: 'unix', protocol: null, type: 'dgram', hasPeer: true }, is: 'datagram' },
  ])('$name: $is', ({ probe, is }) => {
    const looks = looksOf({ 100: someLooks({ ...aProbe(probe), info: null }) });
    expect(judge({ probes: { looks } }).verdict).toMatchObject({ is, cause: null });
  });
});
