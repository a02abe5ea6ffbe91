import type { Subject } from '../model/budget.ts';
import type { Descriptor } from '../model/descriptor.ts';
import type { VerdictName } from '../model/verdict.ts';

const OF_TCP: readonly VerdictName[] = [
  'orphaned',
  'peer-closed',
  'half-closed',
  'connect-failed',
  'fresh',
  'bound',
  'closed-listener',
  'established',
  'listening',
  'connecting',
  'closing',
];
const OF_UNIX: readonly VerdictName[] = ['peer-gone', 'in-use', 'datagram'];
/** What an MPTCP connection that looks ESTABLISHED in the tables may be by now. */
const OF_MPTCP: readonly VerdictName[] = ['established', 'peer-closed', 'half-closed', 'closing'];
const OF_ANY: readonly VerdictName[] = [...OF_TCP, ...OF_UNIX, 'untabulated'];
const PEER_UNKNOWN: readonly VerdictName[] = ['peer-gone'];
const NOTHING: readonly VerdictName[] = [];

/** Whether a descriptor that was not found to be of `subject` might be all the same, had more been seen. */
export function couldBe(descriptor: Descriptor, subject: Subject): boolean {
  return descriptor.verdict.is !== subject && alternatives(descriptor).some((verdict) => verdict === subject);
}

function alternatives({ verdict, socket }: Descriptor): readonly VerdictName[] {
  if (verdict.is === 'unlisted') return OF_TCP;
  if (verdict.is === 'undecided') {
    if (socket === null) return OF_ANY;
    if (socket.family === 'unix') return OF_UNIX;
    if (socket.family !== 'inet' && socket.family !== 'inet6') return OF_ANY;
    return socket.listed && socket.state === 'ESTABLISHED' ? OF_MPTCP : OF_TCP;
  }
  // Without ss nobody says whether the other end is still there.
  if (socket?.family === 'unix' && verdict.is === 'in-use' && socket.state === 'CONNECTED' && socket.peerInode === null)
    return PEER_UNKNOWN;
  return NOTHING;
}
