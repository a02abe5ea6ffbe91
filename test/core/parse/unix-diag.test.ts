import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatUnixDiagRequest, UnixDiagReader } from '../../../src/core/parse/unix-diag.ts';

interface Cells {
  readonly inode?: number;
  /** null: no such attribute. */
  readonly peer?: number | null;
  readonly unread?: number | null;
  readonly shutdown?: number;
  readonly family?: number;
  readonly state?: number;
  readonly waiting?: readonly number[];
}

/** One message of a dump, as the kernel lays it out: header, struct unix_diag_msg, attributes. */
function aDatagram({
  inode = 77,
  peer = 78,
  unread = 0,
  shutdown = 0,
  family = 1,
  state = 1,
  waiting = [],
}: Cells = {}): Uint8Array {
  const attributes = [
    ...(peer === null ? [] : [attribute(2, [peer])]),
    ...(waiting.length === 0 ? [] : [attribute(3, waiting)]),
    ...(unread === null ? [] : [attribute(4, [unread, 0])]),
    Uint8Array.of(5, 0, 6, 0, shutdown, 0, 0, 0),
  ].flatMap((bytes) => Array.from(bytes));
  const bytes = new Uint8Array(32 + attributes.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, bytes.length, true);
  view.setUint16(4, 20, true);
  view.setUint8(16, family);
  view.setUint8(18, state);
  view.setUint32(20, inode, true);
  bytes.set(attributes, 32);
  return bytes;
}

function attribute(type: number, words: readonly number[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(4 + 4 * words.length));
  view.setUint16(0, view.byteLength, true);
  view.setUint16(2, type, true);
  words.forEach((word, at) => view.setUint32(4 + 4 * at, word, true));
  return new Uint8Array(view.buffer);
}

function read(bytes: Uint8Array, wants: (inode: string) => boolean = () => true) {
  const reader = new UnixDiagReader('LE', wants);
  return { end: reader.read(bytes), rows: Object.fromEntries(reader.byInode) };
}

describe('UnixDiagReader', () => {
  it.each([
    { why: 'a peer', cells: { peer: 78, unread: 12 }, row: { peerInode: '78', unreadBytes: 12 } },
    { why: 'a peer that is gone', cells: { peer: 0, shutdown: 3 }, row: { peerInode: '0', unreadBytes: 0 } },
    { why: 'a peer that waits to be accepted', cells: { peer: 0 }, row: { peerInode: null, unreadBytes: 0 } },
    { why: 'no peer', cells: { peer: null, unread: null }, row: { peerInode: null, unreadBytes: null } },
  ])('reads $why', ({ cells, row }) => {
    expect(read(aDatagram(cells))).toEqual({ end: 'more', rows: { '77': row } });
  });

  it('reads which of the wanted wait at a listener that nobody asked for', () => {
    const reader = new UnixDiagReader('LE', (inode) => inode === '90');
    reader.read(aDatagram({ state: 10, waiting: [0, 89, 90] }));
    reader.read(aDatagram({ inode: 78, state: 1, waiting: [90] }));
    expect([...reader.waitsAt]).toEqual([['90', '77']]);
    expect([...reader.byInode]).toEqual([]);
  });

  it('leaves out what nobody wants', () => {
    expect(read(aDatagram(), (inode) => inode !== '77')).toEqual({ end: 'more', rows: {} });
  });

  it('refuses another family, a cut message and rubbish', () => {
    expect(read(aDatagram({ family: 2 })).end).toBe('failed');
    expect(read(aDatagram().subarray(0, 20)).end).toBe('failed');
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
        expect(['more', 'done', 'failed']).toContain(read(bytes).end);
      }),
    );
  });
});

describe('formatUnixDiagRequest', () => {
  it('asks for the unix sockets in every state, with peers, queues and who waits in them', () => {
    const header = [40, 0, 0, 0, 20, 0, 0x01, 0x03, 0, 0, 0, 0, 0, 0, 0, 0];
    const request = [1, 0, 0, 0, 255, 255, 255, 255, 0, 0, 0, 0, 0x1c, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    expect([...formatUnixDiagRequest('LE')]).toEqual([...header, ...request]);
  });
});
