import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Descriptor } from '../../../src/core/model/descriptor.ts';
import { toInode } from '../../../src/core/model/inode.ts';
import { toPlaces } from '../../../src/core/place/groups.ts';
import { withPlaces } from '../../../src/core/place/places.ts';
import { aDescriptor, aListener, aSocket, aUnixSocket } from '../../inspection-builder.ts';

const times = (count: number, make: (at: number) => Descriptor): Descriptor[] =>
  Array.from({ length: count }, (_, at) => make(at));

const placesOf = (descriptors: readonly Descriptor[]) => toPlaces(withPlaces([...descriptors]));

const named = (descriptors: readonly Descriptor[]): string[] =>
  placesOf(descriptors).map(({ count, what, where }) => `${count} ${what} ${where}`);

const anAnonymous = (fd: number, kind: Descriptor['kind'], name: string, differs: Partial<Descriptor> = {}) =>
  aDescriptor({ fd, kind, target: `anon_inode:[${name}]`, inode: null, ...differs });

it('calls an epoll set that watches nothing what it is, and no event loop', () => {
  const sets = times(3, (at) => anAnonymous(4 + at, 'epoll', 'eventpoll'));
  expect(named(sets)).toEqual(['3 epoll watches no open descriptor']);
  const watched = aListener({ descriptor: { watchedBy: [4] } });
  expect(named([...sets, watched])).toContain('1 event loop null');
});

it('names what an unknown anonymous inode is', () => {
  expect(named([anAnonymous(5, 'anon', 'landlock-ruleset')])).toEqual(['1 anon landlock-ruleset']);
});

it('takes a listener for each job for one place, and a few for as many', () => {
  const listeners = (count: number) =>
    times(count, (at) => aListener({ fd: 10 + at, socket: { local: { address: '127.0.0.1', port: 40_000 + at } } }));
  expect(named(listeners(8))).toEqual(['8 listening on 127.0.0.1:*']);
  expect(named(listeners(2))).toEqual(['1 listening on 127.0.0.1:40000', '1 listening on 127.0.0.1:40001']);
});

it('tells a unix listener from what it accepted', () => {
  const at = (fd: number, state: 'LISTEN' | 'CONNECTED') => aUnixSocket({ path: '/run/api.sock', state }, { fd });
  expect(named([at(3, 'LISTEN'), at(4, 'CONNECTED'), at(5, 'CONNECTED')])).toEqual([
    '2 unix stream /run/api.sock',
    '1 unix listener /run/api.sock',
  ]);
});

it('takes a file below /proc for one, whether the kernel has dropped its name or not', () => {
  const file = (fd: number, end: string) => aDescriptor({ fd, target: `/proc/42/net/dev${end}` });
  expect(placesOf([file(3, ''), file(4, ' (deleted)')])).toMatchObject([
    { where: '/proc/#/net/dev', count: 2, path: '/proc/42/net/dev' },
  ]);
});

it('counts copies by dup(2) as one open file, and says nothing of opens that it cannot tell apart', () => {
  const files = (differs: (at: number) => Partial<Descriptor>) =>
    times(9, (at) => aDescriptor({ fd: 10 + at, target: '/etc/hosts', inode: toInode('7'), ...differs(at) }));
  expect(placesOf(files((at) => ({ sharedWith: at === 0 ? [11] : [10] })))).toMatchObject([{ objects: 1, opens: 1 }]);
  expect(placesOf(files(() => ({ sharedWith: [] })))).toMatchObject([{ objects: 1, opens: 9 }]);
  expect(placesOf(files(() => ({ sharedWith: null })))).toMatchObject([{ objects: 1, opens: null }]);
});

it('takes temporary files into one place, also those whose made-up names look like words', () => {
  const named = [...times(8, (at) => aTemporary(10 + at, `x7k2ab9${at}`)), aTemporary(20, 'abcdefgh')];
  expect(placesOf([...named, aTemporary(21, 'index')])).toMatchObject([
    { where: '/tmp/upload-*.part', count: 9, path: null },
    { where: '/tmp/upload-index.part', count: 1, path: '/tmp/upload-index.part' },
  ]);
  // As a random number in base 36 has it.
  expect(placesOf([...named, aTemporary(21, 'abcdefg')])).toMatchObject([{ where: '/tmp/upload-*.part', count: 10 }]);
});

it('takes made-up folders that look like words into the place of their like', () => {
  const agent = (fd: number, folder: string) => aUnixSocket({ path: `/tmp/ssh-${folder}/agent.${fd}` }, { fd });
  const named = [...times(8, (at) => agent(10 + at, `x7k2ab9${at}`)), agent(20, 'abcdefgh')];
  expect(placesOf([...named, agent(21, 'root')])).toMatchObject([
    { where: '/tmp/ssh-*/agent.#', count: 9 },
    { where: '/tmp/ssh-root/agent.#', count: 1 },
  ]);
});

it('says that a file never had a name, and not that it was deleted', () => {
  const nameless = (inode: string, differs: Partial<Descriptor> = {}) =>
    aDescriptor({ fd: 10, target: `/tmp/#${inode} (deleted)`, inode: toInode(inode), ...differs });
  expect(placesOf([nameless('42'), nameless('43')])).toMatchObject([
    { what: 'file', where: '/tmp, without a name', count: 2, path: '/tmp, without a name' },
  ]);
  expect(placesOf([nameless('42', { deleted: true })])).toMatchObject([
    { what: 'deleted file', where: '/tmp/##', path: '/tmp/#42' },
  ]);
});

it('takes files numbered in hex into one place, though most of the numbers have no letter in them', () => {
  const names = [
    '00000001',
    '00000002',
    '00000010',
    '00000011',
    '00000012',
    '00000013',
    '00000014',
    '00000015',
    '00000016',
  ];
  const files = [...names, ...Array.from({ length: 8 }, (_, at) => `000000${at}a`)].map((name, at) =>
    aDescriptor({ fd: 10 + at, target: `/srv/${name}.js`, inode: toInode(`${at}`) }),
  );

  expect(placesOf(files)).toMatchObject([{ where: '/srv/*.js', count: 17 }]);
});

it('takes unix listeners numbered in hex into one place', () => {
  const listeners = Array.from({ length: 40 }, (_, at) =>
    aUnixSocket(
      { path: `@shim/${at.toString(16).padStart(12, '0')}.sock`, state: 'LISTEN' },
      { fd: 10 + at, inode: toInode(`${at}`) },
    ),
  );

  expect(placesOf(listeners)).toMatchObject([{ what: 'unix listener', where: '@shim/*.sock', count: 40 }]);
});

it('says of no datagram socket that it was accepted, though others share its port', () => {
  const sockets = Array.from({ length: 3 }, (_, at) =>
    aSocket({
      fd: 10 + at,
      is: 'datagram',
      socket: {
        type: 'dgram',
        protocol: 'udp',
        local: { address: '127.0.0.1', port: 44_330 },
        remote: { address: '127.0.0.1', port: 50_000 + at },
      },
    }),
  );

  expect(placesOf(sockets)).toMatchObject([{ what: 'udp', where: 'on :44330', count: 3 }]);
});

it('takes temporary files with a date and a number in their names into one place', () => {
  const paths = [...Array.from({ length: 8 }, (_, at) => `x7k2a${at}`), 'abcdef'].map(
    (end) => `/tmp/export20261126-4242-${end}`,
  );
  const files = paths.map((target, at) => aDescriptor({ fd: 10 + at, target, inode: toInode(`${at}`) }));

  expect(placesOf(files)).toMatchObject([{ where: '/tmp/export#-#-*', count: 9 }]);
});

const aTemporary = (fd: number, middle: string): Descriptor =>
  aDescriptor({ fd, target: `/tmp/upload-${middle}.part`, inode: toInode(`${fd}`) });

it('counts the pipes of which both ends are here', () => {
  const end = (fd: number, target: string, which: 'read' | 'write') =>
    aDescriptor({ fd, kind: 'pipe', target, object: { kind: 'pipe', end: which, otherEnds: null } });
  const whole = Array.from({ length: 5 }, (_, at) => [
    end(2 * at, `pipe:[${at}]`, 'read'),
    end(2 * at + 1, `pipe:[${at}]`, 'write'),
  ]).flat();

  expect(placesOf(whole)).toMatchObject([{ what: 'pipe', count: 10, wholePipes: 5 }]);
  expect(placesOf([...whole, end(20, 'pipe:[9]', 'read')])).toMatchObject([{ what: 'pipe', count: 11, wholePipes: 5 }]);
  expect(placesOf([anAnonymous(4, 'eventfd', 'eventfd')])).toMatchObject([{ wholePipes: null }]);
});

it('says which end of a pipe is held, where another process has the other one', () => {
  const pipe = (fd: number, pid: number) =>
    aDescriptor({
      fd,
      kind: 'pipe',
      target: `pipe:[${fd}]`,
      object: { kind: 'pipe', end: 'read', otherEnds: 1 },
      otherEnd: { pid, comm: 'sleep', fd: 1 },
    });
  expect(placesOf([pipe(3, 100), pipe(4, 200), pipe(5, 200)])).toMatchObject([
    { what: 'pipe', where: 'read end', otherEnd: { pid: 200, count: 2, processes: 2 } },
  ]);
});

it('takes pidfds of as many processes for one place, and those of one process for another', () => {
  const pidfd = (fd: number, pid: number) =>
    anAnonymous(fd, 'pidfd', 'pidfd', { object: { kind: 'process', pid, ended: false, isUnwaited: false } });
  expect(named([pidfd(3, 100), pidfd(4, 200), pidfd(5, 300), pidfd(6, 300)])).toEqual([
    '2 pidfd null',
    '2 pidfd of process 300',
  ]);
});

it('tells forty eventfds that one set watches by themselves', () => {
  const eventfds = times(40, (at) => anAnonymous(10 + at, 'eventfd', 'eventfd', { watchedBy: [4] }));
  expect(named([anAnonymous(4, 'epoll', 'eventpoll'), ...eventfds])).toEqual(['40 eventfd null', '1 event loop null']);
});

it('says how many loops there are beside what belongs to them', () => {
  const loops = Array.from({ length: 9 }, (_, at) => [
    anAnonymous(10 + at, 'epoll', 'eventpoll', { watchedBy: [] }),
    anAnonymous(20 + at, 'eventfd', 'eventfd', { watchedBy: [10 + at] }),
    aDescriptor({ fd: 40 + at, kind: 'socket', target: `socket:[${at}]`, watchedBy: [10 + at] }),
  ]).flat();
  expect(placesOf(loops)).toMatchObject([
    { what: 'event loop', count: 18, sets: 9 },
    { count: 9, sets: null },
  ]);
});

it('tells tunnels by their interfaces, which are different ones of one device', () => {
  const tunnel = (fd: number, name: string) =>
    aDescriptor({
      fd,
      kind: 'character-device',
      target: '/dev/net/tun',
      inode: toInode('7'),
      object: { kind: 'interface', name },
    });
  expect(placesOf([tunnel(3, 'tap1'), tunnel(4, 'tap2'), tunnel(5, '')])).toMatchObject([
    { where: '/dev/net/tun, interface tap#', count: 2, objects: 2, path: null },
    { where: '/dev/net/tun, without an interface', count: 1 },
  ]);
  expect(placesOf([tunnel(3, 'tap1'), tunnel(4, 'tap1')])).toMatchObject([
    { objects: 1, path: '/dev/net/tun, interface tap1' },
  ]);
});

it('loses none of them, whatever the names are alike', () => {
  const name = fc.stringMatching(/^(?:up|x)?[a-c_0-2A]{1,4}(?:\.p)?$/);
  fc.assert(
    fc.property(fc.array(name, { maxLength: 80 }), (names) => {
      const places = placesOf(names.map((one, at) => aDescriptor({ fd: at, target: `/tmp/${one}` })));
      const fds = places.flatMap((place) => place.fds).toSorted((a, b) => a - b);
      expect(fds).toEqual(names.map((_, at) => at));
    }),
  );
});
