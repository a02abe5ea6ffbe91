import type { Limit } from '../model/limits.ts';
import type { Case } from './case.ts';

const FACTOR = 4;
const LOWEST = 1024;
/** The usual fs.nr_open, above which no limit of descriptors can be set. */
const USUAL_NR_OPEN = 1_048_576;

/**
 * The line that raises the limit of the running process, and whether this viewer may run it. Null where the soft limit is not
 * known or there is none.
 *
 *     `prlimit --pid 4242 --nofile=4096:524288` raises its soft limit while it runs; this user may run it (the process is his own)
 *
 * The line always names the hard limit: `--nofile=4096` alone would lower it for good.
 *
 * @see prlimit(1); prlimit(2), PERMISSIONS: same user, or CAP_SYS_RESOURCE; a hard limit is raised by CAP_SYS_RESOURCE alone
 */
export function adviseRaise(subject: Case): string | null {
  const { limits, process } = subject.inspection;
  const { soft, hard } = limits;
  if (typeof soft !== 'number') return null;
  const command = `prlimit --pid ${process.pid} --nofile=`;
  const wanted = Math.max(soft * FACTOR, LOWEST);
  if (hard === null)
    return `\`${command}${wanted}:\` raises its soft limit while it runs, if the hard limit, which is not known, allows it (the colon leaves that as it is); ${mayRaiseSoft(subject)}`;
  if (isAbove(hard, soft)) {
    const next = hard === 'unlimited' ? wanted : Math.min(wanted, hard);
    return `\`${command}${next}:${hard}\` raises its soft limit while it runs; ${mayRaiseSoft(subject)}`;
  }
  if (soft >= USUAL_NR_OPEN)
    return `its soft limit is at the hard limit ${hard}; to go beyond, first raise fs.nr_open (sysctl), then both limits by prlimit --pid ${process.pid}`;
  const both = Math.min(wanted, USUAL_NR_OPEN);
  return `\`${command}${both}:${both}\` raises its soft and its hard limit, which are both ${soft}; ${mayRaiseHard(subject)}`;
}

function isAbove(hard: Limit, soft: number): boolean {
  return hard === 'unlimited' || hard > soft;
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
