import { type Inode, toInode } from '../model/inode.ts';
import type { ParseFault, Table } from '../model/fault.ts';
import type { LsofRow } from '../model/tool-row.ts';
import { isBlank, isDecimal, Misfit, toFault } from './table.ts';

/**
 * What to ask lsof for, `lsof -nP -w -F${LSOF_FIELDS}`: pid, descriptor, type, device, inode, name, ended by NUL.
 * The inode of an IPv4, IPv6 or packet socket is in `d`, of everything else in `i`.
 */
export const LSOF_FIELDS = 'pftdin0';

const SET_START = /^[fp]/;
const SET_END = '\0\n';
const PROTOCOL = /^protocol:\s+(\S+)/;

/**
 * Parses `lsof -nP -w -F pftdin0`. NUL ends a field, NUL and newline end a set; a set of `p` names the process of
 * the sets of `f` that follow it:
 *
 *     p17195␀
 *     f17␀tsock␀i16109␀nprotocol: TCPv6␀
 *     f9␀tIPv6␀d163301␀n*:11985␀
 *
 * Without `0` newlines end the fields: such text is read by `toFieldSets` before. lsof escapes what cannot be printed
 * in names itself (`\n`, `\xff`), and cuts paths of unix sockets at a blank. lsof 4.95 prints descriptors from 10000
 * on as `*000`. Never throws; sets that do not fit are in `faults`.
 *
 * @see lsof(8), OUTPUT FOR OTHER PROGRAMS
 */
export function parseLsofFields(text: string): Table<LsofRow> {
  const rows: LsofRow[] = [];
  const faults: ParseFault[] = [];
  let owner: Owner = { pid: null, command: null };
  let number = 0;
  for (let start = 0; start < text.length;) {
    const end = text.indexOf(SET_END, start);
    const found = text.slice(start, end === -1 ? text.length : end);
    const set = withoutMessage(found);
    number += 1;
    start = end === -1 ? text.length : end + SET_END.length;
    if (isBlank(set)) continue;
    if (set !== found) faults.push(toFault('lsof', number, new Misfit('set', found)));
    const fields = set.split('\0');
    const [first = ''] = fields;
    const value = first.slice(1);
    const { pid } = owner;
    if (end === -1) faults.push(toFault('lsof', number, new Misfit('end of set', set)));
    else if (first.startsWith('p') && isDecimal(value)) owner = { pid: Number(value), command: fieldOf(fields, 'c') };
    else if (first.startsWith('f') && value !== '' && pid !== null) rows.push(toRow({ ...owner, pid }, value, fields));
    else faults.push(toFault('lsof', number, new Misfit(pid === null ? 'p' : 'f', first)));
  }
  return { rows, faults };
}

interface Owner {
  readonly pid: number | null;
  readonly command: string | null;
}

/** Brings `lsof -F`, whose fields end in newlines, into the form of `-F0`: every `p` and `f` starts a set. */
export function toFieldSets(text: string): string {
  return text.includes('\0')
    ? text
    : `${text
        .replace(/\r?\n$/, '')
        .replaceAll(/\r?\n(?=[pf])/g, SET_END)
        .replaceAll(/(?<!\0)\r?\n/g, '\0')}${SET_END}`;
}

function fieldOf(fields: readonly string[], id: string): string | null {
  return fields.find((field) => field.startsWith(id))?.slice(1) ?? null;
}

/** A message on the same output stands, newline and all, in front of a set: no set starts otherwise than so. */
function withoutMessage(found: string): string {
  if (SET_START.test(found)) return found;
  const rest = found.slice(found.lastIndexOf('\n') + 1);
  return SET_START.test(rest) ? rest : found;
}

function toRow(owner: Owner & { readonly pid: number }, fdText: string, fields: readonly string[]): LsofRow {
  let type = '';
  let name = '';
  let device = '';
  let inode = '';
  let protocol: string | null = null;
  let state: string | null = null;
  for (const field of fields) {
    const value = field.slice(1);
    if (field.startsWith('t')) type = value;
    else if (field.startsWith('n')) name = value;
    else if (field.startsWith('d')) device = value;
    else if (field.startsWith('i')) inode = value;
    else if (field.startsWith('P')) protocol = value;
    else if (field.startsWith('TST=')) state = value.slice('ST='.length);
  }
  return {
    pid: owner.pid,
    fd: isDecimal(fdText) ? Number(fdText) : null,
    fdText,
    type,
    inode: toInodeOf(inode, device),
    name,
    protocolName: toProtocolName(type, name),
    command: owner.command,
    protocol,
    state: state ?? toState(type, name),
  };
}

function toInodeOf(inode: string, device: string): Inode | null {
  if (isDecimal(inode)) return toInode(inode);
  return inode === '' && isDecimal(device) ? toInode(device) : null;
}

/** `TCPv6` of a socket that lsof found in no table, `protocol: TCPv6`; null for any other. */
export function toProtocolName(type: string, name: string): string | null {
  return type === 'sock' ? (PROTOCOL.exec(name)?.[1] ?? null) : null;
}

/** With `-Tqs` also the queues: `(CLOSE_WAIT QR=1 QS=0)`. */
const STATE = /\(([A-Z_0-9]+)(?: [A-Z]+=[^()]*)?\)\s*$/;

/** `CLOSE_WAIT` of `127.0.0.1:1->127.0.0.1:2 (CLOSE_WAIT)`, null where the name ends in no state. */
export function toState(type: string, name: string): string | null {
  return name.endsWith(')') && (type.startsWith('IPv') || type === 'unix' || type === 'inet')
    ? (STATE.exec(name)?.[1] ?? null)
    : null;
}
