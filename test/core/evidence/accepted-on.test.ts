import { describe, expect, it } from 'vitest';
import { toInode } from '../../../src/core/model/inode.ts';
import type { InetRow } from '../../../src/core/model/inet-row.ts';
import type { AcceptedOn } from '../../../src/core/model/socket.ts';
import {
  anInetRow,
  anOpen,
  aProbe,
  aSocketAt,
  type CaseDiffer,
  inspectionOf,
  looksOf,
  someLooks,
  someTables,
  tcp,
} from '../evidence-builder.ts';

const LISTENER = aSocketAt(3, '50');
const ORPHANS = [aSocketAt(7, '100'), aSocketAt(8, '101')];
const listening = (local: InetRow['local'], inode = '50') =>
  tcp(anInetRow(inode, { state: 'LISTEN', local, remote: { address: '0.0.0.0', port: 0 } }));

/** Where the orphan fd 7 of 127.0.0.1:8080 was accepted. */
function acceptedOn({ tables, ...differs }: CaseDiffer): AcceptedOn | null {
  const { descriptors } = inspectionOf({
    open: [LISTENER, ORPHANS[0] ?? LISTENER],
    probes: { looks: looksOf({ 100: someLooks(aProbe()) }) },
    ...differs,
    tables: { ...tables },
  });
  const socket = descriptors.find(({ fd }) => fd === 7)?.socket;
  return socket != null && 'acceptedOn' in socket ? socket.acceptedOn : null;
}

describe('the listener that accepted an orphan', () => {
  it.each([
    { name: 'has its address', address: '127.0.0.1', port: 8080, listeners: [3] },
    { name: 'is a wildcard', address: '0.0.0.0', port: 8080, listeners: [3] },
    { name: 'is not one of another address', address: '127.0.0.2', port: 8080, listeners: undefined },
    { name: 'is not one of another port', address: '127.0.0.1', port: 8081, listeners: undefined },
  ])('$name', ({ address, port, listeners }) => {
    expect(acceptedOn({ tables: { own: someTables([listening({ address, port })]) } })?.listeners).toEqual(listeners);
  });

  it('is not one of another family or namespace', () => {
    const row = anInetRow('50', { state: 'LISTEN', local: { address: '0.0.0.0', port: 8080 } });
    expect(acceptedOn({ tables: { own: someTables([{ table: 'tcp6', row }]) } })).toBeNull();
    expect(acceptedOn({ tables: { others: [someTables([tcp(row)], { netns: '4026532000' })] } })).toBeNull();
  });

  it('may be one of several that share the port', () => {
    const row = { address: '0.0.0.0', port: 8080 };
    expect(
      acceptedOn({
        open: [LISTENER, aSocketAt(4, '51'), aSocketAt(5, '50'), ORPHANS[0] ?? LISTENER],
        tables: { own: someTables([listening(row), listening(row, '51')]) },
      })?.listeners.toSorted(),
    ).toEqual([3, 4, 5]);
  });

  it.each([
    { name: 'is one that only its own answer shows', netns: '4026532000', listeners: [3] },
    { name: 'is not one of another namespace by its own answer', netns: '4026532001', listeners: undefined },
    { name: 'is not one whose namespace is unknown', netns: null, listeners: undefined },
  ])('$name', ({ netns, listeners }) => {
    const local = { address: '0.0.0.0', port: 8080 };
    const looks = looksOf({
      50: someLooks(aProbe({ local, netns }, { state: 'LISTEN' })),
      100: someLooks(aProbe({ netns: '4026532000' })),
    });
    expect(acceptedOn({ probes: { looks } })?.listeners).toEqual(listeners);
  });

  it('is that of a connection whose peer has closed, which only its own answer shows', () => {
    const local = { address: '0.0.0.0', port: 8080 };
    const looks = looksOf({
      50: someLooks(aProbe({ local }, { state: 'LISTEN' })),
      100: someLooks(aProbe({}, { state: 'CLOSE_WAIT' })),
    });
    expect(acceptedOn({ probes: { looks } })?.listeners).toEqual([3]);
  });

  it('is gone where two dead sockets share a port that nothing listens on', () => {
    const looks = looksOf({ 100: someLooks(aProbe()), 101: someLooks(aProbe()) });
    expect(acceptedOn({ open: ORPHANS, probes: { looks } })).toMatchObject({ port: 8080, listeners: [] });
  });

  it.each([
    { dead: 2, is: null },
    { dead: 3, is: { port: 40_000, listeners: [] } },
  ])('takes $dead dead sockets on one port that the kernel gave out for as much', ({ dead, is }) => {
    const probe = aProbe({ local: { address: '127.0.0.1', port: 40_000 } });
    const looks = looksOf(Object.fromEntries(Array.from({ length: dead }, (_, n) => [100 + n, someLooks(probe)])));
    const found = acceptedOn({ open: ORPHANS, probes: { looks } });
    expect(found && { port: found.port, listeners: found.listeners }).toEqual(is);
  });

  it('is not known of one dead socket alone: it may have been an outgoing connection', () => {
    expect(acceptedOn({ open: ORPHANS })).toBeNull();
  });
});

describe('rows that no descriptor holds', () => {
  const row = (port: number, state: InetRow['state']): InetRow =>
    anInetRow('0', { state, local: { address: '127.0.0.1', port } });

  it('are counted by port and state where this process listens, and nowhere else', () => {
    const ownerless = [row(8080, 'TIME_WAIT'), row(8080, 'TIME_WAIT'), row(8080, 'SYN_RECV'), row(9090, 'TIME_WAIT')];
    const own = someTables([listening({ address: '0.0.0.0', port: 8080 })], { ownerless });
    const { kernelOwned, summary } = inspectionOf({ open: [LISTENER], tables: { own } });
    expect(kernelOwned).toEqual([
      { port: 8080, state: 'TIME_WAIT', count: 2 },
      { port: 8080, state: 'SYN_RECV', count: 1 },
    ]);
    expect(summary.byVerdict).toEqual({ listening: 1 });
  });

  it('are not those of a port that this process listens on elsewhere alone', () => {
    const own = someTables([], { ownerless: [row(8080, 'TIME_WAIT')] });
    const there = someTables([listening({ address: '0.0.0.0', port: 8080 })], { netns: '4026532000' });
    expect(inspectionOf({ open: [LISTENER], tables: { own, others: [there] } }).kernelOwned).toEqual([]);
  });
});

describe('the epoll sets that watch a descriptor', () => {
  const epoll = anOpen(4, { kind: 'epoll' });
  const target = (fd: number, inode: string | null) => ({
    fd,
    events: 1,
    inode: inode === null ? null : toInode(inode),
  });
  const watchedBy = (open: CaseDiffer['open'], targets: readonly ReturnType<typeof target>[] | null) =>
    inspectionOf({
      open: open ?? [],
      epollSets: targets === null ? null : [{ fd: 4, tid: null, targets }],
    }).descriptors.find(({ fd }) => fd === 7)?.watchedBy;
  const eventfd = anOpen(7, { kind: 'eventfd', link: 'anon_inode:[eventfd]' });

  it.each([
    { name: 'a socket by its inode', open: [epoll, aSocketAt(7, '100')], targets: [target(7, '100')], watched: [4] },
    {
      name: 'a socket that was added under another number',
      open: [epoll, aSocketAt(7, '100')],
      targets: [target(9, '100')],
      watched: [4],
    },
    {
      name: 'not a socket whose number named another one',
      open: [epoll, aSocketAt(7, '100')],
      targets: [target(7, '99')],
      watched: [],
    },
    { name: 'an eventfd by its number', open: [epoll, eventfd], targets: [target(7, '15')], watched: [4] },
    {
      name: 'not an eventfd of another number',
      open: [epoll, eventfd, { ...eventfd, fd: 8 }],
      targets: [target(8, '15')],
      watched: [],
    },
    {
      name: 'who knows what, where something is watched under a number that is closed by now',
      open: [epoll, eventfd],
      targets: [target(8, '15')],
      watched: null,
    },
    { name: 'nothing where they are empty', open: [epoll, eventfd], targets: [], watched: [] },
    { name: 'who knows what, where one could not be read', open: [epoll, eventfd], targets: null, watched: null },
  ])('are $name', ({ open, targets, watched }) => {
    expect(watchedBy(open, targets)).toEqual(watched);
  });
});
