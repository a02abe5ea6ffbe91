import type { Limit } from '../model/limits.ts';
import type { Endpoint } from '../model/socket.ts';
import type { PartReading } from './format.ts';
import { countOf, isObject, textOf } from './json.ts';
import type { SavedHandle } from './part.ts';

/**
 * Reads a diagnostic report of Node, `process.report.getReport()`: its libuv handles with descriptors, and its limits.
 * null where the object is none.
 *
 * @see nodejs.org/api/report.html
 */
export function readNodeReport(report: Readonly<Record<string, unknown>>): PartReading | null {
  const { header, libuv, userLimits } = report;
  if (!isObject(header) || header['nodejsVersion'] === undefined || !Array.isArray(libuv)) return null;
  const handles = (libuv as readonly unknown[]).filter(isObject);
  const files = isObject(userLimits) ? userLimits['open_files'] : null;
  const pid = countOf(header['processId']);
  return {
    tool: 'node-report',
    pids: pid === null ? [] : [pid],
    partial: ['only what libuv has handles for: no files, no epoll set'],
    content: {
      kind: 'node-report',
      rows: handles.length,
      handles: handles.flatMap(toHandle),
      limits: isObject(files)
        ? { soft: toLimit(files['soft']), hard: toLimit(files['hard']) }
        : { soft: null, hard: null },
    },
  };
}

function toHandle(handle: Readonly<Record<string, unknown>>): readonly SavedHandle[] {
  const fd = countOf(handle['fd']);
  const type = textOf(handle['type']);
  if (fd === null || type === null) return [];
  const local = toEndpoint(handle['localEndpoint']);
  const remote = toEndpoint(handle['remoteEndpoint']);
  // A listener can neither be read nor written; a connection that is over has lost its peer, but not its name.
  const isListening = handle['readable'] === false && handle['writable'] === false && handle['is_active'] !== false;
  return [{ fd, type, local, remote, isDead: type === 'tcp' && local !== null && remote === null && !isListening }];
}

function toEndpoint(value: unknown): Endpoint | null {
  if (!isObject(value)) return null;
  const address = textOf(value['ip4'] ?? value['ip6'] ?? value['host']);
  const port = countOf(value['port']);
  return address === null || port === null ? null : { address, port };
}

function toLimit(value: unknown): Limit | null {
  return value === 'unlimited' ? value : countOf(value);
}
