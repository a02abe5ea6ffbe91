import { toLinkedDescriptor, UNKNOWN_SOCKET } from '../descriptors.ts';
import { pidsOf } from '../pids.ts';
import { parseListedEndpoint, toPeer } from '../endpoint.ts';
import type { SavedFormat } from '../format.ts';
import type { SavedDescriptor, SavedSocket } from '../part.ts';

const LINE = /^==(\d+)==\s?(.*)$/;
const SUMMARY = /^FILE DESCRIPTORS: \d+ open/;
/** `Open file descriptor 3: /etc/hosts`, `Open AF_INET socket 4: 127.0.0.1:80 <-> 127.0.0.1:5`. */
const OPEN = /^Open (file descriptor|AF_\w+ socket|pipe|\w+ socket) (\d+):\s*(.*)$/;

/** `valgrind --track-fds=yes`: what is open at the end, and where it was opened. */
export const VALGRIND: SavedFormat = {
  starts: (line) => LINE.test(line) && (SUMMARY.test(bodyOf(line)) || OPEN.test(bodyOf(line))),
  continues: (line) => LINE.test(line),
  isHeading: () => false,
  mayWrap: false,
  read: (lines) => {
    const rows = lines.flatMap(({ text }) => toDescriptor(text) ?? []);
    return rows.length === 0
      ? null
      : {
          tool: 'valgrind-fds',
          pids: pidsOf(rows),
          partial: ['what is still open when the program ends'],
          content: { kind: 'descriptors', rows, commands: new Map(), users: new Map() },
        };
  },
};

function bodyOf(line: string): string {
  return LINE.exec(line)?.[2]?.trim() ?? '';
}

function toDescriptor(line: string): SavedDescriptor | null {
  const [, pid, body = ''] = LINE.exec(line) ?? [];
  const [, what, fd, name = ''] = OPEN.exec(body.trim()) ?? [];
  if (pid === undefined || what === undefined || fd === undefined) return null;
  const base = toLinkedDescriptor(Number(pid), Number(fd), name);
  if (!what.endsWith('socket')) return base;
  return { ...base, kind: 'socket', target: 'socket:[?]', inode: null, socket: toSocket(what, name) };
}

function toSocket(what: string, name: string): SavedSocket {
  if (!what.startsWith('AF_INET'))
    return { ...UNKNOWN_SOCKET, family: 'unix', path: name.startsWith('/') ? name : null };
  const family = what.startsWith('AF_INET6') ? 'inet6' : 'inet';
  const [local = '', remote = ''] = name.split(' <-> ');
  return {
    ...UNKNOWN_SOCKET,
    family,
    local: parseListedEndpoint(local, family),
    remote: toPeer(parseListedEndpoint(remote, family)),
  };
}
