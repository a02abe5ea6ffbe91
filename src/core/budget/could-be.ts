import { VERDICT_INFO, type VerdictInfo } from '../classify/verdict-info.ts';
import { isVerdictName, type Subject } from '../model/budget.ts';
import type { Descriptor } from '../model/descriptor.ts';
import { isInet } from '../place/ports.ts';

/** Whether a descriptor that was not found to be of `subject` might be all the same, had more been seen. */
export function couldBe(descriptor: Descriptor, subject: Subject): boolean {
  if (!isVerdictName(subject) || subject === descriptor.verdict.is) return false;
  return isAlternative(descriptor, VERDICT_INFO[subject]);
}

function isAlternative({ verdict, socket }: Descriptor, other: VerdictInfo): boolean {
  if (verdict.is === 'unlisted') return other.of === 'tcp';
  if (verdict.is === 'undecided') return other.of !== null && couldSocketBe(socket, other);
  // Without ss it is unknown whether the other end is still there.
  return verdict.is === 'in-use' && isPeerUnknown(socket) && other.of === 'unix' && other.needsSs;
}

function couldSocketBe(socket: Descriptor['socket'], { of, needsSs }: VerdictInfo): boolean {
  if (socket?.family === 'unix') return of === 'unix';
  if (!isInet(socket)) return true;
  // An MPTCP connection that looks ESTABLISHED in the tables may have ended.
  return of === 'tcp' && (needsSs || !socket.listed || socket.state !== 'ESTABLISHED');
}

function isPeerUnknown(socket: Descriptor['socket']): boolean {
  return socket?.family === 'unix' && socket.state === 'CONNECTED' && socket.peerInode === null;
}
