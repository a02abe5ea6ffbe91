import type { Limit } from '../model/limits.ts';
import type { Case } from './case.ts';

const FACTOR = 4;
const LOWEST = 1024;
/** The usual fs.nr_open, above which no limit of descriptors can be set. */
const USUAL_NR_OPEN = 1_048_576;

/**
 * The line that raises the limit of the running process, and whether the viewer may run it. Null where the soft limit is
 * unknown or there is none.
 *
 *     `prlimit --pid 4242 --nofile=4096:524288` raises its soft limit while it runs; you may run it: the process is yours
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
    return `\`${command}${wanted}:\` raises its soft limit while it runs, if the hard limit, which is unknown, allows it (the colon leaves it unchanged); ${mayRaiseSoft(subject)}`;
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
  if (viewer.hasSysResource === true) return 'you may run it (CAP_SYS_RESOURCE)';
  if (viewer.uid === null || uid === null) return 'whether you may run it is unknown';
  if (viewer.uid === uid) return 'you may run it: the process is yours';
  if (viewer.hasSysResource === null) return 'this needs CAP_SYS_RESOURCE; whether you have it is unknown';
  return `you (uid ${viewer.uid}) may not: run it as uid ${uid}, or with CAP_SYS_RESOURCE`;
}

function mayRaiseHard({ viewer }: Case): string {
  if (viewer.hasSysResource === true) return 'you may run it (CAP_SYS_RESOURCE)';
  if (viewer.hasSysResource === null) return 'this needs CAP_SYS_RESOURCE; whether you have it is unknown';
  return `you${viewer.uid === null ? '' : ` (uid ${viewer.uid})`} may not: this needs CAP_SYS_RESOURCE`;
}
