import { endianness } from 'node:os';
import type { ProcFs } from '../collect/proc-fs.ts';
import { parseProcNetInet } from '../core/parse/proc-net-inet.ts';

/** More descendants than this are not searched. */
const MOST_PROCESSES = 1000;

/**
 * The process that listens on a TCP port: `pid`, or one that it started (`npm start` starts the server). null when none of
 * them does, whoever else may.
 */
export function findListener(proc: ProcFs, pid: number, port: number): number | null {
  const links = readListeners(proc, pid, port);
  if (links.size === 0) return null;
  return withDescendants(proc, pid).find((one) => holdsOne(proc, one, links)) ?? null;
}

/** The links of the sockets that listen there: `socket:[39309]`. */
function readListeners(proc: ProcFs, pid: number, port: number): ReadonlySet<string> {
  const links = new Set<string>();
  for (const table of ['tcp', 'tcp6'] as const) {
    const text = proc.text(`${pid}/net/${table}`);
    if (text.kind !== 'read') continue;
    for (const { state, local, inode } of parseProcNetInet(table, text.value, endianness()).rows) {
      if (state === 'LISTEN' && local.port === port) links.add(`socket:[${inode}]`);
    }
  }
  return links;
}

function withDescendants(proc: ProcFs, pid: number): number[] {
  const found = [pid];
  for (let at = 0; at < found.length && found.length < MOST_PROCESSES; at++) {
    const tids = proc.names(`${found[at]}/task`);
    for (const tid of tids.kind === 'read' ? tids.value : []) {
      const children = proc.text(`${found[at]}/task/${tid}/children`);
      if (children.kind === 'read') found.push(...children.value.split(' ').filter(Boolean).map(Number));
    }
  }
  return found;
}

function holdsOne(proc: ProcFs, pid: number, links: ReadonlySet<string>): boolean {
  const names = proc.names(`${pid}/fd`);
  return (names.kind === 'read' ? names.value : []).some((name) => {
    const link = proc.link(`${pid}/fd/${name}`);
    return link.kind === 'read' && links.has(link.value);
  });
}
