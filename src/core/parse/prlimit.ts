import type { Table } from '../model/fault.ts';
import type { Limit } from '../model/limits.ts';
import { parseLines } from './lines.ts';
import { Misfit } from './table.ts';

/** One resource limit as prlimit prints it. */
export interface PrlimitRow {
  /** `NOFILE`, `STACK` … */
  readonly resource: string;
  readonly soft: Limit;
  readonly hard: Limit;
}

const ROW = /^([A-Z]+)\s(?:.*\s)?(unlimited|\d+)\s+(unlimited|\d+)(?:\s+([a-z]+))?\s*$/;
const HEADER = /^RESOURCE\s/;
/** Words that begin a row, so that no other capitals are taken for one. */
const RESOURCES = new Set(
  'AS CORE CPU DATA FSIZE LOCKS MEMLOCK MSGQUEUE NICE NOFILE NPROC RSS RTPRIO RTTIME SIGPENDING STACK'.split(' '),
);

/**
 * Parses `prlimit --pid N --nofile --raw --noheadings --output RESOURCE,SOFT,HARD`, and the table with headings:
 *
 *     NOFILE 1024 524288
 *     NOFILE     max number of open files       1024    524288 files
 *
 * Never throws; lines that do not fit are in `faults`.
 *
 * @see prlimit(1)
 */
export function parsePrlimit(text: string): Table<PrlimitRow> {
  return parseLines('prlimit', text, (line) => {
    if (isPrlimitHeading(line)) return null;
    return parsePrlimitRow(line) ?? new Misfit('SOFT', line);
  });
}

/** `RESOURCE DESCRIPTION SOFT HARD UNITS`, whichever columns were asked for. */
export function isPrlimitHeading(line: string): boolean {
  return HEADER.test(line);
}

/** One row, or null. */
export function parsePrlimitRow(line: string): PrlimitRow | null {
  const [, resource, soft, hard] = ROW.exec(line) ?? [];
  if (resource === undefined || soft === undefined || hard === undefined) return null;
  return RESOURCES.has(resource) ? { resource, soft: toLimit(soft), hard: toLimit(hard) } : null;
}

function toLimit(text: string): Limit {
  return text === 'unlimited' ? text : Number(text);
}
