import type { Limits } from '../model/limits.ts';
import type { Said } from '../model/tool-reading.ts';
import { parsePrlimit } from '../parse/prlimit.ts';
import { run, type ToolSource, toUnsaidOrDenied } from './source.ts';

type PrlimitSaid = Said<Pick<Limits, 'soft' | 'hard'>>;

const COLUMNS = ['--nofile', '--raw', '--noheadings', '--output', 'RESOURCE,SOFT,HARD'];

/** prlimit: RLIMIT_NOFILE once more. Not missed: /proc gives the limits as well. @see prlimit(1) */
export const prlimit = {
  option: 'prlimit',
  counts: [],
  remedy: null,
  *ask({ pid }) {
    const ran = yield* run({ command: 'prlimit', args: ['--pid', `${pid}`, ...COLUMNS] });
    if (ran.kind !== 'ran') return toUnsaidOrDenied(ran);
    const { rows, faults } = parsePrlimit(ran.stdout);
    return { kind: 'read', rows, faults, tookMs: ran.tookMs };
  },
  count: () => ({}),
  differences({ rows: [row] }, { compared: { limits } }) {
    if (row === undefined || (row.soft === limits.soft && row.hard === limits.hard)) return [];
    const because = `prlimit says ${row.soft}:${row.hard}, /proc says ${limits.soft}:${limits.hard}: the limit was changed between the two reads`;
    return [{ between: ['prlimit', 'proc-fd'], fds: [], because }];
  },
} as const satisfies ToolSource<PrlimitSaid>;
