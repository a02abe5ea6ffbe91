import type { Descriptor } from '../../core/model/descriptor.ts';
import type { InetSocket, Socket } from '../../core/model/socket.ts';
import { formatDuration } from '../../core/parse/duration.ts';
import { escapeName, escapeText } from '../text/escape.ts';
import { cutToWidth } from '../text/width.ts';
import { formatEndpoint } from '../../core/words/endpoint.ts';
import { formatFdNumbers } from '../../core/words/fds.ts';
import { orUnknown } from '../../core/words/numbers.ts';

/** The longest kind, `character-device`; a protocol's name may be anything. */
const KIND_WIDTH = 16;

/** `42`, or `4250/42` in the table of a thread. */
export function sayFd({ fd, tid }: Descriptor): string {
  return tid === null ? `${fd}` : `${tid}/${fd}`;
}

/** The protocol of a socket, the kind of anything else: `tcp`, `unix`, `epoll`. `socket` where nobody said. */
export function sayKind({ kind, socket }: Descriptor): string {
  if (socket === null) return kind;
  const protocol = socket.protocol ?? (socket.family === 'other' ? 'socket' : socket.family);
  const name = socket.family === 'inet6' && !protocol.endsWith('6') ? `${protocol}6` : protocol;
  return cutToWidth(escapeText(name.toLowerCase()), KIND_WIDTH);
}

/** The verdict with its cause: `orphaned, reset`. */
export function sayVerdict({ verdict: { is, cause } }: Descriptor): string {
  return cause === null || cause === 'unknown' ? is : `${is}, ${cause}`;
}

/** How long an orphan has been silent, an upper bound of the time it has been dead; empty for all others. */
export function saySilence({ socket }: Descriptor): string {
  const autopsy = socket === null || !('autopsy' in socket) ? null : socket.autopsy;
  if (autopsy === null || !autopsy.wasConnected) return '';
  const silentMs = autopsy.sinceAckMs ?? autopsy.sinceDataMs;
  return silentMs === null ? '?' : formatDuration(silentMs);
}

/** The epoll descriptors that watch it: `4`, `-` for none, `?` where that is not known. */
export function sayWatchers({ watchedBy }: Descriptor): string {
  if (watchedBy === null) return '?';
  return watchedBy.length === 0 ? '-' : watchedBy.join(',');
}

/** What the descriptor leads to: `[::1]:8080 -> [::1]:51622`, `/run/app.sock`, `/var/log/app.log (deleted) holds 4096 bytes`. */
export function sayTarget(descriptor: Descriptor): string {
  const { socket, target, targetBase64, sizeBytes, sharedWith, kind } = descriptor;
  const link = escapeName(target, targetBase64);
  const parts = [socket === null ? link : saySocket(socket)];
  if (sizeBytes !== null) parts.push(`holds ${sizeBytes} bytes`);
  if (sharedWith !== null && sharedWith.length > 0) parts.push(`same as ${formatFdNumbers(sharedWith, 40)}`);
  if (kind === 'socket') parts.push(link);
  return parts.filter((part) => part !== '').join('  ');
}

function saySocket(socket: Socket): string {
  const where = sayWhere(socket);
  return socket.foreign === true ? `${where} in another network namespace`.trim() : where;
}

function sayWhere(socket: Socket): string {
  if (socket.family === 'inet' || socket.family === 'inet6') return sayInet(socket);
  if (socket.family === 'unix') {
    const name = socket.path === null ? 'unnamed' : escapeName(socket.path, socket.pathBase64);
    return socket.state === null ? name : `${name} ${socket.state}`;
  }
  if (socket.family === 'netlink') return escapeText(socket.protocolName ?? '');
  return socket.type ?? '';
}

function sayInet({ local, remote, acceptQueue, acceptedOn }: InetSocket): string {
  const parts: string[] = [];
  if (local !== null)
    parts.push(remote === null ? formatEndpoint(local) : `${formatEndpoint(local)} -> ${formatEndpoint(remote)}`);
  if (acceptQueue !== null) parts.push(`${acceptQueue.waiting} of ${orUnknown(acceptQueue.backlog)} waiting`);
  if (acceptedOn !== null) {
    const { listeners, port } = acceptedOn;
    parts.push(listeners.length === 0 ? `accepted on :${port}` : `accepted by ${formatFdNumbers(listeners, 40)}`);
  }
  return parts.join(', ');
}
