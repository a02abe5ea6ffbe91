import type { WalkSocket, WalkTcp } from '../../src/core/model/walk.ts';

const TCP: WalkTcp = {
  flags: 0,
  receiveSpace: 65_483,
  sinceEventMs: 5000,
  unreadBytes: 0,
  bytesReceived: 0,
  bytesAcked: 1,
  sinceReceivedMs: 9000,
  sinceSentMs: 9000,
  answered: false,
  info: null,
};

/** A connection that was reset 5 s ago. */
export function aWalkSocket({
  tcp,
  ...differs
}: Partial<Omit<WalkSocket, 'tcp'>> & { readonly tcp?: Partial<WalkTcp> } = {}) {
  const socket: WalkSocket = {
    identity: 1,
    family: 2,
    type: 1,
    protocol: 6,
    state: 'CLOSE',
    shutdown: 3,
    error: 104,
    netns: '4026531833',
    local: { address: '127.0.0.1', port: 8080 },
    remote: { address: '127.0.0.1', port: 40_000 },
    acceptQueue: null,
    memoryBytes: 0,
    cookie: null,
    unix: null,
    tcp: { ...TCP, ...tcp },
  };
  return { ...socket, ...differs, tcp: { ...TCP, ...tcp } };
}
