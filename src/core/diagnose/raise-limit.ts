import type { Limit } from '../model/limits.ts';
import type { Case } from './case.ts';

const FACTOR = 4;
/** The usual fs.nr_open, above which no limit of descriptors can be set. */
const USUAL_NR_OPEN = 1_048_576;

/**
 * What raises the limit of the running process, and whether this viewer may run it. Null where the soft limit is not known
 * or there is none.
 *
 *     prlimit --pid 4242 --nofile=4096: raises the soft limit of the running process (hard limit 524288); this user may run it
 *
 * @see prlimit(1); prlimit(2), PERMISSIONS: same user, or CAP_SYS_RESOURCE; a hard limit is raised by CAP_SYS_RESOURCE alone
 */
export function adviseRaise(subject: Case): string | null {
  const { limits, process } = subject.inspection;
  const { soft, hard } = limits;
  if (typeof soft !== 'number') return null;
  const command = `prlimit --pid ${process.pid} --nofile=`;
  const next = nextLimit(soft, hard);
  if (next !== null) {
    const ceiling = hard === null ? 'the hard limit is not known' : `hard limit ${hard}`;
    return `${command}${next}: raises the soft limit of the running process (${ceiling}); ${mayRaiseSoft(subject)}`;
  }
  if (soft >= USUAL_NR_OPEN)
    return `the soft limit is at the hard limit ${hard}; to go beyond, first raise fs.nr_open (sysctl), then both by prlimit --pid ${process.pid}`;
  const both = Math.min(Math.max(soft, 256) * FACTOR, USUAL_NR_OPEN);
  return `the soft limit is at the hard limit; ${command}${both}:${both} raises both; ${mayRaiseHard(subject)}`;
}

/** A soft limit that the hard one allows; null where it allows no more. */
function nextLimit(soft: number, hard: Limit | null): number | null {
  const wanted = Math.max(soft, 256) * FACTOR;
  if (typeof hard !== 'number') return wanted;
  return hard > soft ? Math.min(wanted, hard) : null;
}

function mayRaiseSoft({ inspection, viewer }: Case): string {
  const { uid } = inspection.process;
  if (viewer.hasSysResource === true) return 'this user may run it (CAP_SYS_RESOURCE)';
  if (viewer.uid === null || uid === null) return 'whether this user may run it is not known';
  if (viewer.uid === uid) return 'this user may run it (the process is his own)';
  if (viewer.hasSysResource === null) return 'whether this user has CAP_SYS_RESOURCE, which it takes, is not known';
  return `this user (uid ${viewer.uid}) may not: run it as uid ${uid}, or with CAP_SYS_RESOURCE`;
}

function mayRaiseHard({ viewer }: Case): string {
  if (viewer.hasSysResource === true) return 'this user may run it (CAP_SYS_RESOURCE)';
  if (viewer.hasSysResource === null) return 'it takes CAP_SYS_RESOURCE; whether this user has it is not known';
  return `this user${viewer.uid === null ? '' : ` (uid ${viewer.uid})`} may not: it takes CAP_SYS_RESOURCE`;
}
