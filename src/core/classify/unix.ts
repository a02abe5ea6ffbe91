import type { SocketEvidence } from '../evidence/socket-evidence.ts';
import type { Inode } from '../model/inode.ts';
import type { ListedSocket } from '../model/socket-tables.ts';
import type { Socket } from '../model/socket.ts';
import type { Verdict } from '../model/verdict.ts';
import { toText } from '../parse/bytes.ts';
import type { Judged } from './judged.ts';
import { judgeDatagram, type Verdicts } from './verdicts.ts';

interface UnixContext {
  readonly verdicts: Verdicts;
  readonly closeMarkers: ReadonlySet<Inode>;
}

type ListedUnix = Extract<ListedSocket, { table: 'unix' }>;

/** Judges a unix socket of the table: whether its peer is there, which netlink tells, else ss. */
export function judgeUnix(
  listed: ListedUnix,
  evidence: SocketEvidence,
  { verdicts, closeMarkers }: UnixContext,
): Judged {
  const { row, diag } = listed;
  const socket = toSocket(listed, evidence);
  if (closeMarkers.has(row.inode)) return { socket, verdict: verdicts.once('close marker', () => MARKER) };
  if (row.type === 'dgram') return { socket, verdict: judgeDatagram('unix', verdicts) };
  if (row.state === 'CONNECTED')
    return { socket, verdict: judgeConnected(diag ?? evidence.ss, diag === null ? 'ss' : 'netlink', verdicts) };
  const because = `the table unix says ${row.state}`;
  return { socket, verdict: verdicts.once(`unix ${row.state}`, () => ({ is: 'in-use', because })) };
}

function toSocket({ row, diag, peerPathBytes }: ListedUnix, { isForeign, ss }: SocketEvidence): Socket {
  const path = row.pathBytes === null ? null : toText(row.pathBytes);
  const queue = diag?.unreadBytes ?? null;
  return {
    family: 'unix',
    type: row.type,
    protocol: 'unix',
    listed: true,
    foreign: isForeign,
    path: path?.text ?? null,
    pathBase64: path?.base64 ?? null,
    peerInode: (diag ?? ss)?.peerInode ?? null,
    peerPath: peerPathBytes === null ? null : toText(peerPathBytes).text,
    state: row.state,
    // Of a listener it counts connections. @see kernel net/unix/diag.c sk_diag_show_rqlen()
    ...(row.state === 'LISTEN'
      ? { unreadBytes: null, clientsWaiting: queue }
      : { unreadBytes: queue, clientsWaiting: null }),
  };
}

const MARKER = {
  is: 'in-use',
  because: 'the JVM keeps this socket, its other end closed, on purpose: it puts it over descriptors that it closes',
} as const;

function judgeConnected(
  told: { readonly peerInode: string | null } | null,
  teller: 'netlink' | 'ss',
  verdicts: Verdicts,
): Verdict {
  const says = 'the table unix says CONNECTED';
  if (told === null) {
    const because = `${says}; only netlink or ss can tell whether its peer is still there`;
    return verdicts.once('unix untold', () => ({ is: 'in-use', because }));
  }
  if (told.peerInode === '0') {
    const because = `${says}; ${teller} shows no peer, and both directions ended`;
    return verdicts.once('unix alone', () => ({ is: 'peer-gone', because }));
  }
  return verdicts.once('unix CONNECTED', () => ({ is: 'in-use', because: `${says}, and ${teller} sees no end of it` }));
}
