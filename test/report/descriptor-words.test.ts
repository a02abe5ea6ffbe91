import { expect, test } from 'vitest';
import type { Descriptor } from '../../src/core/model/descriptor.ts';
import {
  sayKind,
  saySilence,
  sayTarget,
  sayVerdict,
  sayWatchers,
} from '../../src/report/inspection/descriptor-words.ts';
import { aDescriptor, aListener, anOrphan, anUnlisted, aSocket, aUnixSocket } from '../inspection-builder.ts';

const ON_NOBODY = { address: '::', port: 8080, listeners: [], because: '40 dead sockets share this local port' };
const socket = (differs: Descriptor['socket']): Descriptor => ({ ...aSocket(), target: 'socket:[9]', socket: differs });

test.each([
  ['a connection', aSocket(), '[::ffff:192.0.2.1]:8080 -> [::ffff:192.0.2.7]:51622  socket:[5020]'],
  [
    'an IPv4 socket without a peer',
    aSocket({ socket: { family: 'inet', local: { address: '0.0.0.0', port: 0 }, remote: null } }),
    ':*  socket:[5020]',
  ],
  ['a listener', aListener(), ':8080, 0 of 511 waiting  socket:[5017]'],
  [
    'a listener whose backlog is not known',
    aListener({ socket: { acceptQueue: { waiting: 3, backlog: null, isSteady: null } } }),
    ':8080, 3 of ? waiting  socket:[5017]',
  ],
  ['an orphan', anOrphan(), '[::ffff:192.0.2.1]:8080, accepted by fd 17  socket:[5040]'],
  [
    'an orphan whose listener is gone',
    anOrphan({ socket: { acceptedOn: ON_NOBODY } }),
    '[::ffff:192.0.2.1]:8080, accepted on :8080  socket:[5040]',
  ],
  ['a socket that nobody knows', anUnlisted(), 'socket:[5050]'],
  ['a unix socket without a name', aUnixSocket(), 'unnamed CONNECTED  socket:[6060]'],
  ['a unix socket whose state is not known', aUnixSocket({ path: '/run/a', state: null }), '/run/a  socket:[6060]'],
  [
    'a netlink socket',
    socket({
      family: 'netlink',
      type: 'raw',
      protocol: 'NETLINK',
      protocolName: 'route',
      listed: true,
      foreign: false,
    }),
    'route  socket:[9]',
  ],
  [
    'a vsock socket of another namespace',
    socket({ family: 'vsock', type: 'stream', protocol: 'AF_VSOCK', listed: false, foreign: true }),
    'stream in another network namespace  socket:[9]',
  ],
  [
    'a deleted file',
    aDescriptor({ target: '/tmp/a (deleted)', deleted: true, sizeBytes: 4096 }),
    '/tmp/a (deleted)  holds 4096 bytes',
  ],
  ['a duplicate', aDescriptor({ sharedWith: [5, 6, 7] }), '/var/log/app.log  same as fds 5-7'],
])('the target of %s', (_, descriptor, said) => {
  expect(sayTarget(descriptor)).toBe(said);
});

test.each([
  ['tcp6', aSocket()],
  ['tcp', aSocket({ socket: { family: 'inet' } })],
  ['unix', aUnixSocket()],
  ['af_vsock', socket({ family: 'vsock', type: 'stream', protocol: 'AF_VSOCK', listed: false, foreign: null })],
  ['tcpv6', socket({ family: 'other', type: null, protocol: 'TCPv6', listed: false, foreign: null })],
  ['socket', socket({ family: 'other', type: null, protocol: null, listed: false, foreign: null })],
  ['file', aDescriptor()],
])('the kind %s', (said, descriptor) => {
  expect(sayKind(descriptor)).toBe(said);
});

test('an orphan says why it is over', () => {
  expect(sayVerdict(anOrphan())).toBe('orphaned, reset');
  expect(sayVerdict(anOrphan({ autopsy: { errorPending: false } }))).toBe('orphaned, ended');
  expect(sayVerdict(aSocket())).toBe('established');
});

test('the silence is that of the last ack, unknown where the autopsy did not tell, blank where there was none', () => {
  expect(saySilence(anOrphan())).toBe('85.8 s');
  expect(saySilence(anOrphan({ autopsy: { sinceDataMs: null, sinceAckMs: null } }))).toBe('?');
  expect(saySilence(anOrphan({ autopsy: { wasConnected: false } }))).toBe('');
  expect(saySilence(aSocket())).toBe('');
});

test('no watcher and watchers that are not known are told apart', () => {
  expect(sayWatchers(aDescriptor({ watchedBy: [4, 9] }))).toBe('4,9');
  expect(sayWatchers(aDescriptor({ watchedBy: [] }))).toBe('-');
  expect(sayWatchers(aDescriptor({ watchedBy: null }))).toBe('?');
});
