import { UNLISTED } from './proc-fd.ts';
import type { OwnSource } from './source.ts';

/** `/proc/<pid>/net`: which sockets the tables of the process's own network namespace list. @see proc_pid_net(5) */
export const procNet = {
  option: 'proc',
  counts: [],
  count({ isListed, evidence: { tables }, held: { own: listed } }) {
    const { own, tookMs } = tables;
    if (own === null) return { status: 'skipped', because: isListed ? 'no socket to look for' : UNLISTED };
    const because = own.missing.map(({ name, because }) => `net/${name} ${because}`).join(', ');
    const counts = { sockets: listed, matched: listed, unmatched: 0, tookMs };
    return because === '' ? counts : { ...counts, status: 'partial', because };
  },
  missing: ({ evidence: { tables }, compared: { process } }) =>
    (tables.own?.missing ?? []).map(({ name, because }) => ({
      what: `the socket table ${name}`,
      because: `/proc/${process.pid}/net/${name}: ${because}`,
      remedy: 'run as the user of the process or as root',
    })),
  faults: ({ evidence: { tables } }) => tables.own?.faults ?? [],
} as const satisfies OwnSource;
