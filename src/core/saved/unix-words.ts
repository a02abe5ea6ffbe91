import type { UnixState } from '../model/socket.ts';
import type { UnixType } from './part.ts';

const UNIX_TYPES = new Map<string, UnixType>([
  ['STREAM', 'stream'],
  ['DGRAM', 'dgram'],
  ['SEQPACKET', 'seqpacket'],
  ['U_STR', 'stream'],
  ['U_DGR', 'dgram'],
  ['U_SEQ', 'seqpacket'],
]);

/** `DGRAM`, `u_dgr`, `SOCK_DGRAM`; null for none, or one that is rare. */
export function toUnixType(word: string | undefined): UnixType | null {
  return word === undefined ? null : (UNIX_TYPES.get(word.toUpperCase().replace(/^SOCK_/, '')) ?? null);
}

const UNIX_SPELLINGS = new Map<string, UnixState>([
  ['LISTEN', 'LISTEN'],
  ['LISTENING', 'LISTEN'],
  ['HÖRT', 'LISTEN'],
  ['OUVINDO', 'LISTEN'],
  ['NASLOUCHÁ', 'LISTEN'],
  ['CONNECTED', 'CONNECTED'],
  ['VERBUNDEN', 'CONNECTED'],
  ['SPOJEN', 'CONNECTED'],
  ['ÜHENDATUD', 'CONNECTED'],
  ['CONNECTE', 'CONNECTED'],
  ['CONECTADO', 'CONNECTED'],
]);

/** `LISTENING`, `VERBUNDEN` of a unix socket in the kernel's spelling; null for no state, or one that is rare. */
export function toUnixState(word: string | null): UnixState | null {
  return word === null ? null : (UNIX_SPELLINGS.get(word.toUpperCase()) ?? null);
}
