import { CommanderError } from 'commander';
import type { Match, Target } from '../../core/model/target.ts';
import { escapeText } from '../../report/text/escape.ts';
import { type TargetFlags, toTarget } from './target-options.ts';
import type { Context } from '../context.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';

/** The processes that a command line names; `failed` when it names none or too many, which has been said. */
export type TargetPids =
  | { readonly kind: 'pids'; readonly pids: readonly number[] }
  | { readonly kind: 'failed'; readonly status: ExitCode };

/**
 * Pids as they are; a name, port, pidfile or unit as the process that it means, and its workers: the leak may be theirs. Several are
 * listed, for one to be chosen.
 */
export async function toPids(pids: readonly number[], flags: TargetFlags, context: Context): Promise<TargetPids> {
  const named = await toMatches(pids, flags, context);
  return named.kind === 'failed' ? named : { kind: 'pids', pids: named.matches.map(({ pid }) => pid) };
}

/** {@link toPids} for what looks at one process: a target with workers is refused, as they would not be checked. */
export async function toOnePid(pid: number | null, flags: TargetFlags, context: Context): Promise<TargetPids> {
  const named = await toMatches(pid === null ? [] : [pid], flags, context);
  if (named.kind === 'failed') return named;
  const { matches } = named;
  if (matches.length === 1) return { kind: 'pids', pids: matches.map((one) => one.pid) };
  const because = `this matches ${matches.length} processes, a master and its workers, and only one would be checked`;
  context.fail(`${because} while another may leak. Next: give a pid:\n${await listMatches(matches, context)}`);
  return { kind: 'failed', status: EXIT.cannotTell };
}

type Named =
  | { readonly kind: 'matches'; readonly matches: readonly Pick<Match, 'pid' | 'comm'>[] }
  | Extract<TargetPids, { readonly kind: 'failed' }>;

async function toMatches(pids: readonly number[], flags: TargetFlags, context: Context): Promise<Named> {
  if (pids.length > 0 && !hasTarget(flags)) return { kind: 'matches', matches: pids.map((pid) => ({ pid, comm: '' })) };
  const target = await readTarget(pids[0], flags);
  if (typeof target === 'string') {
    context.fail(target);
    return { kind: 'failed', status: EXIT.usage };
  }
  const { findTarget, formatTarget } = await import('../../app/find-target.ts');
  const found = findTarget(context.world, target);
  switch (found.kind) {
    case 'found':
      return { kind: 'matches', matches: [found.match, ...found.workers] };
    case 'none':
      context.fail(`${found.because}. Next: ${found.remedy}.`);
      return { kind: 'failed', status: EXIT.cannotTell };
    case 'several': {
      const list = await listMatches(found.matches, context);
      context.fail(`${formatTarget(target)} matches ${found.matches.length} processes; give a pid:\n${list}`);
      return { kind: 'failed', status: EXIT.usage };
    }
  }
}

/** Pid and command line of each, a line each, for one to be chosen. */
async function listMatches(
  matches: readonly Pick<Match, 'pid' | 'comm'>[],
  { world, columns }: Context,
): Promise<string> {
  const { readCommandLineText } = await import('../../app/command-line.ts');
  const lineOf = (match: Pick<Match, 'pid' | 'comm'>): string =>
    `  ${match.pid}  ${escapeText(readCommandLineText(world, match)).slice(0, columns - 12)}`;
  return matches.map(lineOf).join('\n');
}

/** Where none or two are named, or one cannot be, what to say. */
async function readTarget(pid: number | undefined, flags: TargetFlags): Promise<Target | string> {
  try {
    return await toTarget(pid, flags);
  } catch (error) {
    if (error instanceof CommanderError) return error.message;
    throw error;
  }
}

/** Whether the command line names a process by anything but its pid. */
export function hasTarget({ name, port, pidfile, unit, cgroup }: TargetFlags): boolean {
  return [name, port, pidfile, unit, cgroup].some((one) => one !== undefined);
}
