import { parseNetstatRow } from '../../parse/netstat.ts';
import { UNKNOWN_SOCKET } from '../descriptors.ts';
import { pidsOfHolders } from '../pids.ts';
import { parseListedEndpoint, toPeer } from '../endpoint.ts';
import type { SavedFormat } from '../format.ts';
import type { SavedSocket } from '../part.ts';
import { RUN_ON_LINUX, toRefusal } from '../refusals.ts';
import { toTcpState } from '../socket-states.ts';
import { toUnixType } from '../unix-words.ts';

/** In English and German; every other language begins with `Proto`. */
const TITLE =
  /^(?:(?:Active|Aktive|Aktivní|Aktiivsed|Connexions|Sockets|Domain|Conexiones|Conexões|Активные|激活)\s.*(?:connections|verbindungen|sockets|domain|Internet|UNIX|Connexions|Conexiones|соединения|连接)|稼働中の(?:インターネット接続|UNIXドメインソケット))/i;
/** `Proto Recv-Q Send-Q …`, `Proto RefZäh Flaggen …`, in any language. */
const HEADING = /^Proto\s+\S{3,}\s+\S{3,}\s+\S/;
/** macOS and BSD part address and port by a dot, and print `(state)`. */
const BSD = /^(?:tcp|udp)(?:4|6|46)\s+\d+\s+\d+\s+\S+\.(?:\d+|\*|[a-z-]+)\s|\(state\)\s*$|^Active (?:LOCAL|Multipath)/;
const WINDOWS_ROW = /^\s+(?:TCP|UDP)\s+\S+:(?:\d+|\*)\s+\S+:(?:\d+|\*)/;
const WINDOWS = /^\s*Proto\s+Local Address\s+Foreign Address\s+State(?:\s+PID)?\s*$/;

/** `netstat` of net-tools and busybox, in several languages, with `-a -n -p -e -o -t -u -x -W`, sorted or filtered. */
export const NETSTAT: SavedFormat = {
  starts: (line) => TITLE.test(line) || isHeading(line) || parseNetstatRow(line) !== null || BSD.test(line),
  continues: (line) =>
    parseNetstatRow(line) !== null || [TITLE, BSD, WINDOWS_ROW].some((known) => known.test(line)) || isHeading(line),
  // Its two tables have a heading each.
  isHeading: () => false,
  ownerOf: () => '',
  mayWrap: true,
  read: (lines) => {
    if (lines.some(({ text }) => BSD.test(text) && parseNetstatRow(text) === null))
      return toRefusal('netstat', 'netstat of macOS or BSD: it names no process and no inode of Linux', RUN_ON_LINUX);
    if (lines.some(({ text }) => WINDOWS.test(text)))
      return toRefusal('netstat', 'netstat of Windows: it names no process and no inode of Linux', RUN_ON_LINUX);
    const rows = lines.flatMap(({ text }) => toSocket(text) ?? []);
    if (rows.length === 0) return null;
    const pids = pidsOfHolders(rows);
    return { tool: 'netstat', pids, partial: [], content: { kind: 'sockets', rows, hasOwners: pids.length > 0 } };
  },
};

function isHeading(line: string): boolean {
  return HEADING.test(line) || WINDOWS.test(line);
}

function toSocket(line: string): SavedSocket | null {
  const row = parseNetstatRow(line);
  if (row === null) return null;
  const { protocol, pid, inode, local, remote, state, path, recvQueueBytes, sendQueueBytes } = row;
  const base = {
    ...UNKNOWN_SOCKET,
    inode,
    recvQueueBytes,
    sendQueueBytes,
    holders: pid === null ? [] : [{ pid, fd: null }],
    listed: true,
  };
  if (protocol === 'unix')
    return { ...base, family: 'unix', protocol, path, unixType: toUnixType(row.type ?? undefined), state };
  const family = protocol.endsWith('6') ? 'inet6' : 'inet';
  return {
    ...base,
    family,
    protocol: protocol.replace(/6$/, '').replace(/^udpl$/, 'udplite'),
    state: state === null ? null : toTcpState(state),
    local: local === null ? null : parseListedEndpoint(local, family),
    remote: remote === null ? null : toPeer(parseListedEndpoint(remote, family)),
  };
}
