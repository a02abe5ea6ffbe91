import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  FILE_FIELDS,
  RECORD,
  RECORD_KINDS,
  SOCKET_FIELDS,
  TCP_FIELDS,
  UNIX_FIELDS,
} from '../../../src/core/bpf/layout.ts';
import { parseRecords } from '../../../src/core/bpf/record.ts';
import type { WalkRow } from '../../../src/core/model/walk.ts';

type Kind = keyof typeof RECORD_KINDS;

const END = { file: RECORD.fileEnd, socket: RECORD.socketEnd, tcp: RECORD.tcpEnd, unix: RECORD.unixEnd };

/** A record as the program writes it, 1000 s after boot at 250 jiffies a second; `fill` sets what a row is about. */
function aRecord(kind: Kind, fill: (bytes: Buffer) => void = () => undefined, path = ''): Buffer {
  const bytes = Buffer.concat([Buffer.alloc(END[kind]), Buffer.from(path === '' ? '' : `${path}\0`)]);
  bytes.writeUInt32LE(bytes.length, RECORD.lengthBytes);
  bytes.writeUInt32LE(RECORD_KINDS[kind], RECORD.kind);
  bytes.writeBigUInt64LE(1_000_000_000_000n, RECORD.walkedAtNs);
  bytes.writeBigUInt64LE(BigInt(2 ** 32 + 250 * 700), RECORD.jiffies);
  fill(bytes);
  return bytes;
}

function row(kind: Kind, fill?: (bytes: Buffer) => void, path?: string): WalkRow {
  const [only] = parseRecords(aRecord(kind, fill, path)) ?? [];
  if (only === undefined) throw new Error('no row');
  return only;
}

describe('parseRecords', () => {
  it('reads what every descriptor has', () => {
    const read = row(
      'file',
      (bytes) => {
        bytes.writeUInt32LE(42, FILE_FIELDS.tgid.at);
        bytes.writeUInt32LE(43, FILE_FIELDS.tid.at);
        bytes.writeUInt32LE(7, RECORD.fd);
        bytes.writeUInt32LE(0o2, FILE_FIELDS.flags.at);
        bytes.writeBigUInt64LE(0xffff_8881_0000_1240n, RECORD.file);
        bytes.writeBigUInt64LE(39_309n, FILE_FIELDS.inode.at);
        bytes.writeUInt16LE(0o100644, FILE_FIELDS.mode.at);
        bytes.writeUInt32LE((254 << 20) | 1, FILE_FIELDS.device.at);
        bytes.writeBigUInt64LE(1n, FILE_FIELDS.epoll.at);
      },
      '/var/log/app.log (deleted)',
    );
    expect(read).toMatchObject({ pid: 42, tid: 43, fd: 7, flags: 2, inode: '39309', mode: 0o100644, device: '254:1' });
    expect(read).toMatchObject({ link: '/var/log/app.log (deleted)', isWatched: true, pipe: null, socket: null });
    expect(read.file).toBe(0xf_8881_0000_1240);
  });

  it('keeps every byte of a path, and tells none from one of no length', () => {
    expect(row('file', undefined, '/tmp/\n\u{1b}[31mé').link).toBe(
      Buffer.from('/tmp/\n\u{1b}[31mé').toString('latin1'),
    );
    expect(row('file').link).toBeNull();
  });

  it('counts the ends of pipes and FIFOs, and of nothing else', () => {
    const fill = (mode: number) => (bytes: Buffer) => {
      bytes.writeUInt16LE(mode, FILE_FIELDS.mode.at);
      bytes.writeUInt32LE(2, FILE_FIELDS.readers.at);
      bytes.writeUInt32LE(1, FILE_FIELDS.writers.at);
    };
    expect(row('file', fill(0o010600), 'pipe:[8]').pipe).toEqual({ readers: 2, writers: 1 });
    expect(row('file', fill(0o020600), '/dev/null').pipe).toBeNull();
  });

  it('keeps an inode of 64 bits exact', () => {
    const fill = (bytes: Buffer): number => bytes.writeBigUInt64LE(0xffff_ffff_ffff_fffdn, FILE_FIELDS.inode.at);
    expect(row('file', fill).inode).toBe('18446744073709551613');
  });

  it('reads a dead connection: both addresses, the error nobody has read, and when it died', () => {
    const { socket } = row('tcp', (bytes) => {
      bytes.writeUInt16LE(10, SOCKET_FIELDS.family.at);
      bytes.writeUInt16LE(6, SOCKET_FIELDS.protocol.at);
      bytes.writeUInt8(7, SOCKET_FIELDS.state.at);
      bytes.writeInt32LE(104, SOCKET_FIELDS.error.at);
      Buffer.from('20010db8000000000000000000000001', 'hex').copy(bytes, SOCKET_FIELDS.remote6.at);
      bytes.writeUInt16BE(40_000, SOCKET_FIELDS.remotePort.at);
      bytes.writeUInt16BE(8080, TCP_FIELDS.localPort.at);
      bytes.writeUInt32LE(65_483, TCP_FIELDS.receiveSpace.at);
      bytes.writeBigUInt64LE(400_250_000n, TCP_FIELDS.lastEventUs.at);
      bytes.writeUInt32LE((250 * 700 - 500) >>> 0, TCP_FIELDS.lastReceivedJiffies.at);
    });
    expect(socket).toMatchObject({ state: 'CLOSE', error: 104, cookie: null, unix: null, acceptQueue: null });
    expect(socket?.local).toEqual({ address: '::', port: 8080 });
    expect(socket?.remote).toEqual({ address: '2001:db8::1', port: 40_000 });
    expect(socket?.tcp).toMatchObject({ receiveSpace: 65_483, sinceEventMs: 599_750 });
    expect(socket?.tcp?.sinceReceivedMs).toBe(2000);
  });

  it('counts no FIN as data', () => {
    const { socket } = row('tcp', (bytes) => {
      bytes.writeUInt32LE(5, TCP_FIELDS.receiveNext.at);
      bytes.writeUInt32LE(0xffff_fffe, TCP_FIELDS.readUpTo.at);
      bytes.writeBigUInt64LE(90n, TCP_FIELDS.bytesReceived.at);
      bytes.writeBigUInt64LE(2n, TCP_FIELDS.socketFlags.at);
    });
    expect(socket?.tcp).toMatchObject({ unreadBytes: 6, bytesReceived: 89, sinceEventMs: null });
  });

  it('takes an event that lies ahead for none', () => {
    const ahead = (bytes: Buffer): number => bytes.writeBigUInt64LE(1_000_000_001n, TCP_FIELDS.lastEventUs.at);
    expect(row('tcp', ahead).socket?.tcp?.sinceEventMs).toBeNull();
  });

  it('reads a listener and its queue, and a unix socket and its peer', () => {
    const listener = row('tcp', (bytes) => {
      bytes.writeUInt8(10, SOCKET_FIELDS.state.at);
      bytes.writeUInt32LE(3, SOCKET_FIELDS.waiting.at);
      bytes.writeUInt32LE(128, SOCKET_FIELDS.backlog.at);
    });
    expect(listener.socket?.acceptQueue).toEqual({ waiting: 3, backlog: 128 });
    const unix = (peer: bigint, holder: bigint) =>
      row('unix', (bytes) => {
        bytes.writeUInt16LE(1, SOCKET_FIELDS.family.at);
        bytes.writeBigUInt64LE(peer, UNIX_FIELDS.peer.at);
        bytes.writeBigUInt64LE(holder, UNIX_FIELDS.peerHolder.at);
      }).socket;
    expect(unix(0n, 0n)).toMatchObject({ local: null, remote: null, unix: { peer: null, peerIsHeld: false } });
    expect(unix(0x40n, 0n)?.unix).toEqual({ peer: 0x40, peerIsHeld: false });
    expect(unix(0x40n, 0x80n)?.unix).toEqual({ peer: 0x40, peerIsHeld: true });
  });

  it('reads records one after the other, and distrusts all where one does not fit', () => {
    const [one, two] = [aRecord('file', undefined, '/a'), aRecord('tcp')];
    expect(parseRecords(Buffer.concat([one, two, one]))).toHaveLength(3);
    expect(parseRecords(Buffer.concat([one, two]).subarray(0, one.length + two.length - 1))).toBeNull();
    expect(parseRecords(aRecord('socket', (bytes) => bytes.writeUInt32LE(9, RECORD.kind)))).toBeNull();
    expect(parseRecords(aRecord('tcp', (bytes) => bytes.writeUInt32LE(RECORD.fileEnd, 0)))).toBeNull();
    expect(parseRecords(new Uint8Array(0))).toEqual([]);
  });

  it('never throws, whatever the bytes', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 400 }),
        fc.constantFrom<Kind>('file', 'socket', 'tcp', 'unix'),
        (noise, kind) => {
          parseRecords(noise);
          const record = aRecord(kind, (bytes) =>
            noise.forEach((byte, at) => at > 8 && at < bytes.length && (bytes[at] = byte)),
          );
          expect(parseRecords(record)).toHaveLength(1);
        },
      ),
    );
  });
});
