import { measureCpuMs } from '../../cpu-time.ts';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { endianness } from 'node:os';
import * as fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { TCP_STATES } from '../../../src/core/model/socket.ts';
import { INET_TABLES, type InetTable } from '../../../src/core/model/inet-row.ts';
import { formatIp } from '../../../src/core/parse/ip.ts';
import { parseProcNetInet } from '../../../src/core/parse/proc-net-inet.ts';
import { fixture, hex, INET_HEADER, inet6Line, inetLine, proc, table } from '../../lines.ts';
import { anInetRow } from '../evidence-builder.ts';

const LISTENER = inetLine();
const parse = (...lines: readonly string[]) => parseProcNetInet('tcp', table(INET_HEADER, ...lines), 'LE');

const isWide = (name: InetTable): boolean => name.endsWith('6');
const u32 = fc.nat(0xffff_ffff);
const order = fc.constantFrom('LE' as const, 'BE' as const);

/** A row and the line that the kernel would print of it. */
const printed = fc
  .record({
    name: fc.constantFrom(...INET_TABLES),
    order,
    addresses: fc.tuple(...Array.from({ length: 8 }, () => u32)),
    localPort: fc.nat(0xffff),
    remotePort: fc.nat(0xffff),
    state: fc.integer({ min: 1, max: 12 }),
    sendQueueBytes: u32,
    recvQueueBytes: u32,
    inode: fc.bigInt({ min: 0n, max: 0xffff_ffff_ffff_ffffn }),
    sl: fc.nat(2_000_000),
  })
  .map(({ name, order, addresses, ...row }) => {
    const words = addresses.map((word) => hex(word, 8));
    const size = isWide(name) ? 4 : 1;
    const local = words.slice(0, size).join('');
    const remote = words.slice(4, 4 + size).join('');
    const line = inetLine({
      sl: `${row.sl}`,
      local: `${local}:${hex(row.localPort, 4)}`,
      remote: `${remote}:${hex(row.remotePort, 4)}`,
      st: hex(row.state, 2),
      queues: `${hex(row.sendQueueBytes, 8)}:${hex(row.recvQueueBytes, 8)}`,
      inode: `${row.inode}`,
    });
    return {
      name,
      order,
      line,
      row: {
        inode: `${row.inode}`,
        state: TCP_STATES[row.state],
        local: { address: formatIp(local, order), port: row.localPort },
        remote: { address: formatIp(remote, order), port: row.remotePort },
        sendQueueBytes: row.sendQueueBytes,
        recvQueueBytes: row.recvQueueBytes,
        backlog: null,
        use: null,
      },
    };
  });

describe('parseProcNetInet', () => {
  it('reads a listener with three connections waiting', () => {
    expect(parse(LISTENER)).toEqual({
      rows: [anInetRow('39309', { state: 'LISTEN', remote: { address: '0.0.0.0', port: 0 }, recvQueueBytes: 3 })],
      faults: [],
    });
  });

  it('reads a v4-mapped peer of an IPv6 listener', () => {
    const line = inet6Line({ remote: '0000000000000000FFFF00000100007F:D2B4', st: '08' });
    expect(parseProcNetInet('tcp6', table(INET_HEADER, line), 'LE').rows[0]).toMatchObject({
      state: 'CLOSE_WAIT',
      local: { address: '::', port: 8080 },
      remote: { address: '::ffff:127.0.0.1', port: 53_940 },
    });
  });

  it('keeps a socket whose state it does not know, since it is listed', () => {
    expect(parse(inetLine({ st: '7F' })).rows[0]?.state).toBe('UNKNOWN');
    expect(parse(inetLine({ st: '00' })).rows[0]?.state).toBe('UNKNOWN');
  });

  it('reads the lines that the kernel makes wider than their columns', () => {
    const line = inetLine({
      sl: '1234567',
      uid: '4294967294',
      timer: '03:FFFFFFFF00000000',
      inode: `${2n ** 64n - 1n}`,
    });
    expect(parse(line).rows[0]).toMatchObject({ inode: '18446744073709551615' });
  });

  it.each([
    { why: 'too few columns', line: '   0: 0100007F:1F90', field: 'rem_address', found: '' },
    { why: 'no number in front', line: LISTENER.slice(6), field: 'sl', found: '0100007F:1F90' },
    {
      why: 'a letter O in the address',
      line: inetLine({ local: '010000OF:1F90' }),
      field: 'local_address',
      found: '010000OF:1F90',
    },
    {
      why: 'a small letter in the address',
      line: inetLine({ local: '0100007f:1F90' }),
      field: 'local_address',
      found: '0100007f:1F90',
    },
    {
      why: 'a port of five digits',
      line: inetLine({ remote: '00000000:00000' }),
      field: 'rem_address',
      found: '00000000:00000',
    },
    {
      why: 'an IPv6 address in an IPv4 table',
      line: inet6Line(),
      field: 'local_address',
      found: `${'0'.repeat(32)}:1F90`,
    },
    { why: 'a state that is no hex', line: inetLine({ st: '0G' }), field: 'st', found: '0G' },
    { why: 'one queue', line: inetLine({ queues: '00000000' }), field: 'tx_queue:rx_queue', found: '00000000' },
    {
      why: 'a queue that is no hex',
      line: inetLine({ queues: '0000000x:00000000' }),
      field: 'tx_queue:rx_queue',
      found: '0000000x:00000000',
    },
    { why: 'a negative uid', line: inetLine({ uid: '-1' }), field: 'uid', found: '-1' },
    { why: 'a negative inode', line: inetLine({ inode: '-9' }), field: 'inode', found: '-9' },
    {
      why: 'a blank of another kind',
      line: LISTENER.replaceAll(' ', '\t'),
      field: 'line',
      found: LISTENER.replaceAll(' ', '\t').slice(0, 80),
    },
    { why: 'bytes that are no ASCII', line: '\xff\xfe\x00', field: 'sl', found: '\xff\xfe\x00' },
  ])('reports $why and keeps the other rows', ({ line, field, found }) => {
    const { rows, faults } = parse(line, LISTENER);

    expect(rows).toHaveLength(1);
    expect(faults).toEqual([{ source: 'proc-net-tcp', line: 2, field, found }]);
  });

  it('never takes an inode that is short of digits from a table cut anywhere', () => {
    const whole = table(INET_HEADER, LISTENER, inetLine({ inode: '41000' }));
    for (let length = 0; length <= whole.length; length++) {
      const { rows, faults } = parseProcNetInet('tcp', whole.slice(0, length), 'LE');
      expect(['39309', '41000'].slice(0, rows.length)).toEqual(rows.map(({ inode }) => inode));
      expect(faults.length).toBeLessThanOrEqual(1);
    }
  });

  it.each(['', '\n', INET_HEADER, `${INET_HEADER}\n`])('finds nothing in %j', (text) => {
    expect(parseProcNetInet('udp6', text, 'LE')).toEqual({ rows: [], faults: [] });
  });

  describe('with wants', () => {
    const lines = [LISTENER, inetLine({ inode: '0', st: '06' }), inetLine({ inode: '7' }), inetLine({ inode: 'x' })];
    const parseWanted = (wanted: string, ...more: readonly string[]) =>
      parseProcNetInet('tcp', table(INET_HEADER, ...lines, ...more), 'LE', (inode) => inode === wanted);

    it('keeps the wanted rows only, those without an owner among them where they are wanted', () => {
      expect(parseWanted('7').rows.map(({ inode, state }) => [inode, state])).toEqual([['7', 'LISTEN']]);
      expect(parseWanted('0').rows.map(({ inode, state }) => [inode, state])).toEqual([['0', 'TIME_WAIT']]);
    });

    it('keeps every row of an inode: the subflows of one MPTCP connection share it', () => {
      expect(parseWanted('7', inetLine({ inode: '7' })).rows).toHaveLength(2);
    });

    it('still reports lines that have no shape', () => {
      expect(parseWanted('7').faults).toMatchObject([{ line: 5, field: 'inode', found: 'x' }]);
    });

    it('gives the rows that are left when the others are taken away', () => {
      fc.assert(
        fc.property(fc.array(printed), fc.func(fc.boolean()), (all, wants) => {
          const text = table(INET_HEADER, ...all.filter(({ name }) => name === 'tcp').map(({ line }) => line));
          const kept = parseProcNetInet('tcp', text, 'LE').rows.filter(({ inode }) => wants(inode));
          expect(parseProcNetInet('tcp', text, 'LE', wants).rows).toEqual(kept);
        }),
      );
    });
  });

  it.each([
    { file: '0-healthy/proc-net-tcp.txt', name: 'tcp' as const, states: { TIME_WAIT: 14, ESTABLISHED: 1 } },
    { file: '0-healthy/proc-net-tcp6.txt', name: 'tcp6' as const, states: {} },
    { file: '2-after-90s/proc-net-tcp.txt', name: 'tcp' as const, states: { TIME_WAIT: 3 } },
    { file: '2-after-90s/proc-net-tcp6.txt', name: 'tcp6' as const, states: { LISTEN: 5 } },
  ])('reads every line of $file, captured from a proxy', ({ file, name, states }) => {
    const text = fixture(`gshell/${file}`);
    const { rows, faults } = parseProcNetInet(name, text, 'LE');

    expect(faults).toEqual([]);
    expect(rows).toHaveLength(text.split('\n').length - 2);
    const counted = Object.fromEntries(
      Object.keys(states).map((key) => [key, rows.filter(({ state }) => state === key).length]),
    );
    expect(counted).toEqual(states);
  });

  it('accounts for every line, whatever it is given', () => {
    const line = fc.oneof(fc.string({ unit: 'binary' }), fc.constant(LISTENER), fc.string({ unit: 'binary-ascii' }));
    fc.assert(
      fc.property(fc.constantFrom(...INET_TABLES), fc.array(line), (name, lines) => {
        const text = lines.join('\n');
        const { rows, faults } = parseProcNetInet(name, text, 'LE');
        const expected = text.split('\n').slice(1);
        expect(rows.length + faults.length).toBe(expected.filter((line) => line.trim() !== '').length);
      }),
    );
  });

  it('accounts for every line when single characters of good rows are changed', () => {
    fc.assert(
      fc.property(fc.nat(LISTENER.length - 1), fc.string({ unit: 'binary-ascii', maxLength: 2 }), (at, put) => {
        const line = (LISTENER.slice(0, at) + put + LISTENER.slice(at + 1)).replaceAll('\n', ' ');
        const { rows, faults } = parse(LISTENER, line, LISTENER);
        expect(rows.length + faults.length).toBe(3);
        expect(rows.length).toBeGreaterThanOrEqual(2);
      }),
    );
  });

  it('reads back every row of every table that the kernel can print, in both byte orders', () => {
    fc.assert(
      fc.property(printed, ({ name, order, line, row }) => {
        expect(parseProcNetInet(name, table(INET_HEADER, line), order)).toEqual({ rows: [row], faults: [] });
      }),
    );
  });

  it('does not care about the order of lines', () => {
    const lines = fc.array(
      fc.constantFrom(LISTENER, inetLine({ inode: '0' }), inetLine({ local: '0200007F:0001' }), 'x'),
    );
    fc.assert(
      fc.property(lines, (lines) => {
        const backwards = parse(...lines.toReversed());
        expect(backwards.rows.toReversed()).toEqual(parse(...lines).rows);
        expect(backwards.faults).toHaveLength(parse(...lines).faults.length);
      }),
    );
  });

  it('reads 200,000 lines in 2 s, and with wants in little memory', () => {
    const count = 200_000;
    const lines = Array.from({ length: count }, (_, n) => inetLine({ inode: `${n}`, remote: `${hex(n, 8)}:D2B4` }));
    const text = [INET_HEADER, ...lines, ''].join('\n');
    lines.length = 0;

    const heapBefore = process.memoryUsage().heapUsed;
    const wanted = parseProcNetInet('tcp', text, 'LE', (inode) => inode.endsWith('9999'));
    const heapBytes = process.memoryUsage().heapUsed - heapBefore;
    expect(wanted.rows).toHaveLength(20);
    expect(heapBytes).toBeLessThan(40_000_000);

    const tookMs = measureCpuMs(() => {
      const { rows, faults } = parseProcNetInet('tcp', text, 'LE');
      expect(rows).toHaveLength(count);
      expect(faults).toEqual([]);
    });
    expect(tookMs).toBeLessThan(2000);
  });

  it('finds a listener of this process in the table of this kernel', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    onTestFinished(() => void server.close());
    await once(server, 'listening');
    const { rows, faults } = parseProcNetInet('tcp', proc('self/net/tcp'), endianness());

    expect(faults).toEqual([]);
    const listeners = rows
      .filter(({ state }) => state === 'LISTEN')
      .map(({ local }) => `${local.address}:${local.port}`);
    const address = server.address();
    expect(listeners).toContain(typeof address === 'object' ? `${address?.address}:${address?.port}` : address);
  });
});
