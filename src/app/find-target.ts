import { readProcessFolder } from '../collect/process-folder.ts';
import { readProcessState } from '../collect/process-identity.ts';
import {
  findByCgroup,
  findByName,
  findByPidfile,
  findByPort,
  findByUnit,
  findDescendants,
  readMatch,
} from '../collect/targets.ts';
import type { Match, Pattern, Target } from '../core/model/target.ts';
import { whyNothingIsOpen } from './inspect/nothing-open.ts';
import type { World } from './world.ts';

export type FoundTarget =
  /** `workers`: processes below `match` that the target names as well. */
  | { readonly kind: 'found'; readonly match: Match; readonly workers: readonly Match[] }
  | { readonly kind: 'none'; readonly because: string; readonly remedy: string }
  | { readonly kind: 'several'; readonly matches: readonly Match[] };

/**
 * Finds the process that a target names. Of a process and those it started (a master and its workers) the first is meant; where
 * several are left, all are listed, the oldest first.
 */
export function findTarget(world: World, target: Target): FoundTarget {
  const all = findMatches(world, target);
  const matches = withoutChildren(all);
  const [match] = matches;
  if (match === undefined) return { kind: 'none', ...whyNone(world, target) };
  if (matches.length > 1) return { kind: 'several', matches };
  return { kind: 'found', match, workers: all.filter(({ pid }) => pid !== match.pid) };
}

/** Every process that a target names, the oldest first. */
export function findAll(world: World, target: Target): readonly Match[] {
  return findMatches(world, target);
}

/** `process 4242`, `port 8080`, `unit nginx`: how a target is spoken of. */
export function formatTarget(target: Target): string {
  switch (target.by) {
    case 'pid':
      return `process ${target.pid}`;
    case 'name':
      return target.pattern.source;
    case 'port':
      return `port ${target.port}`;
    case 'pidfile':
      return target.path;
    case 'unit':
      return `unit ${target.unit}`;
    case 'cgroup':
      return `cgroup ${target.path}`;
  }
}

/** The processes below `pid`. */
export function findChildren({ proc }: World, pid: number): readonly Match[] {
  return findDescendants(proc, pid);
}

function findMatches({ proc, viewer }: World, target: Target): readonly Match[] {
  switch (target.by) {
    case 'pid':
      return present(readMatch(proc, target.pid));
    case 'name':
      return withoutWrappers(findByName(proc, target.pattern, process.pid), target.pattern);
    case 'port':
      return findByPort(proc, target.port);
    case 'pidfile':
      return present(findByPidfile(proc, target.path));
    case 'unit':
      return findByUnit(proc, target.unit, viewer.uid);
    case 'cgroup':
      return findByCgroup(proc, target.path);
  }
}

/** Programs that run another one, and have its command line on their own. */
const WRAPPER =
  /^(?:timeout|sudo|su|doas|runuser|setpriv|time|strace|ltrace|flock|script|tini|dumb-init|catatonit|unshare|nsenter|systemd-run|sh|bash|dash)$/;

/** What a wrapper that is not asked for runs is meant, not the wrapper. */
function withoutWrappers(matches: readonly Match[], pattern: Pattern): readonly Match[] {
  const parents = new Set(matches.map(({ ppid }) => ppid));
  return matches.filter(({ pid, comm }) => !parents.has(pid) || !WRAPPER.test(comm) || pattern.test(comm));
}

function present(match: Match | null): readonly Match[] {
  return match === null ? [] : [match];
}

function withoutChildren(matches: readonly Match[]): readonly Match[] {
  const pids = new Set(matches.map(({ pid }) => pid));
  return matches.filter(({ ppid }) => !pids.has(ppid));
}

function whyNone({ proc }: World, target: Target): { readonly because: string; readonly remedy: string } {
  switch (target.by) {
    case 'pid': {
      const subject = readProcessState(proc, target.pid);
      const nothing =
        subject.kind === 'read' ? whyNothingIsOpen(subject.value, readProcessFolder(proc, target.pid)) : null;
      const { because, remedy } = nothing ?? {
        because: `no such process: ${target.pid}`,
        remedy: 'ps -e lists what is running',
      };
      return { because, remedy };
    }
    case 'name':
      return {
        because: `no process has a name or command line that matches ${target.pattern.source}`,
        remedy: 'ps -ef shows names and command lines',
      };
    case 'port':
      return {
        because: `no process visible to you listens on TCP port ${target.port}`,
        remedy: "ss -ltnp shows who listens; for another user's process run as root",
      };
    case 'pidfile':
      return { because: `${target.path} names a process that is not running`, remedy: 'check the file' };
    case 'unit':
      return { because: `no process is in the cgroup of unit ${target.unit}`, remedy: 'systemctl status shows why' };
    case 'cgroup':
      return {
        because: `no process is in the cgroup ${target.path} or below it`,
        remedy: 'cat /proc/PID/cgroup shows where one is; systemd-cgls shows all',
      };
  }
}
