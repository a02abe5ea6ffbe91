import { TCP_STATES, type TcpState } from '../model/socket.ts';
import type { WalkTcp } from '../model/walk.ts';
import { RECORD, SOCKET_FIELDS, TCP_FIELDS } from './layout.ts';
import type { WalkMemory } from './walk-memory.ts';

/** A record among those of one read(2), by the place where it begins. */
export interface RecordAt {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly at: number;
  readonly memory: WalkMemory;
}

/** Bits of `sk_flags`. @see kernel include/net/sock.h enum sock_flags */
const SOCK_DONE = 1 << 1;
/** Up to SOCK_LINGER. */
const KNOWN_FLAGS = 0b11111;

/** What a record has of a TCP socket, dead or alive. */
export function toTcp({ view, at, memory }: RecordAt): WalkTcp {
  const u32 = (field: { readonly at: number }): number => view.getUint32(at + field.at, true);
  const ahead = (to: number, from: number): number => Math.max((to - from) | 0, 0);
  const nowMs = toU64(view, at + RECORD.walkedAtNs) / 1e6;
  const jiffies = toU64(view, at + RECORD.jiffies);
  const jiffyMs = memory.jiffyMs(jiffies, nowMs);
  const since = (field: { readonly at: number }): number => (jiffies - u32(field)) >>> 0;
  const [sinceReceived, sinceSent] = [since(TCP_FIELDS.lastReceivedJiffies), since(TCP_FIELDS.lastSentJiffies)];
  const flags = u32(TCP_FIELDS.socketFlags) & KNOWN_FLAGS;
  const fin = (flags & SOCK_DONE) === 0 ? 0 : 1;
  return {
    flags,
    receiveSpace: u32(TCP_FIELDS.receiveSpace),
    sinceEventMs: toAge(toU64(view, at + TCP_FIELDS.lastEventUs.at), nowMs),
    unreadBytes: Math.max(ahead(u32(TCP_FIELDS.receiveNext), u32(TCP_FIELDS.readUpTo)) - fin, 0),
    bytesReceived: Math.max(toU64(view, at + TCP_FIELDS.bytesReceived.at) - fin, 0),
    bytesAcked: toU64(view, at + TCP_FIELDS.bytesAcked.at),
    sinceReceivedMs: jiffyMs === null ? null : sinceReceived * jiffyMs,
    sinceSentMs: jiffyMs === null ? null : sinceSent * jiffyMs,
    answered: toU64(view, at + TCP_FIELDS.bytesAcked.at) > 1 && sinceSent <= sinceReceived,
    info:
      jiffyMs === null
        ? null
        : {
            state: toState(view, at),
            rcvMss: view.getUint16(at + TCP_FIELDS.receiveMss.at, true),
            pmtu: u32(TCP_FIELDS.routeMtu),
            rcvSpace: u32(TCP_FIELDS.receiveSpace),
            lastDataSentMs: toWholeMs(sinceSent, jiffyMs),
            lastDataRecvMs: toWholeMs(sinceReceived, jiffyMs),
            lastAckRecvMs: toWholeMs(since(TCP_FIELDS.lastAckJiffies), jiffyMs),
            bytesAcked: toU64(view, at + TCP_FIELDS.bytesAcked.at),
            bytesReceived: toU64(view, at + TCP_FIELDS.bytesReceived.at),
          },
  };
}

/** As TCP_INFO has it: a u32 of ms. */
function toWholeMs(jiffies: number, jiffyMs: number): number {
  return Math.floor(jiffies * jiffyMs) >>> 0;
}

export function toState(view: DataView, at: number): TcpState | null {
  const number = view.getUint8(at + SOCKET_FIELDS.state.at);
  return number === 0 ? null : (TCP_STATES[number] ?? null);
}

/** null where it never happened, or lies ahead, and so is not a time. */
function toAge(atUs: number, nowMs: number): number | null {
  const ageMs = nowMs - atUs / 1000;
  return atUs === 0 || ageMs < 0 ? null : ageMs;
}

/** Exact up to 2^53. */
export function toU64(view: DataView, at: number): number {
  return view.getUint32(at + 4, true) * 0x1_0000_0000 + view.getUint32(at, true);
}
