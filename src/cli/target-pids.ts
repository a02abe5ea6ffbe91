import { CommanderError } from 'commander';
import type { Target } from '../core/model/target.ts';
import { escapeText } from '../report/escape.ts';
import { type TargetFlags, toTarget } from './commands/target-options.ts';
import type { Context } from './context.ts';
import { EXIT, type ExitCode } from './exit-code.ts';

/** The processes that a command line names; `failed` when it names none or too many, which has been said. */
export type TargetPids =
  | { readonly kind: 'pids'; readonly pids: readonly number[] }
  | { readonly kind: 'failed'; readonly status: ExitCode };

/** Pids as they are; a name, port, pidfile or unit as the process that it means, and its workers: the leak may be theirs. Several are listed, for one to be chosen. */
export async function toPids(pids: readonly number[], flags: TargetFlags, context: Context): Promise<TargetPids> {
  if (pids.length > 0 && !hasTarget(flags)) return { kind: 'pids', pids };
  const target = readTarget(pids[0], flags);
  if (target === null) {
    context.fail('name one target: pids, or one of --name, --port, --pidfile and --unit');
    return { kind: 'failed', status: EXIT.usage };
  }
  const { findTarget, formatTarget } = await import('../app/find-target.ts');
  const found = findTarget(context.world, target);
  switch (found.kind) {
    case 'found':
      return { kind: 'pids', pids: [found.match, ...found.workers].map(({ pid }) => pid) };
    case 'none':
      context.fail(`${found.because}. Next: ${found.remedy}.`);
      return { kind: 'failed', status: EXIT.cannotTell };
    case 'several': {
      const { readCommandLine } = await import('../app/command-line.ts');
      const list = found.matches
        .map(
          (match) =>
            `  ${match.pid}  ${escapeText(readCommandLine(context.world, match)).slice(0, context.columns - 12)}`,
        )
        .join('\n');
      context.fail(
        `${found.matches.length} processes are meant by ${formatTarget(target)}; name them by their pids:\n${list}`,
      );
      return { kind: 'failed', status: EXIT.usage };
    }
  }
}

/** null where none or two are named. */
function readTarget(pid: number | undefined, flags: TargetFlags): Target | null {
  try {
    return toTarget(pid, flags);
  } catch (error) {
    if (error instanceof CommanderError) return null;
    throw error;
  }
}

function hasTarget({ name, port, pidfile, unit }: TargetFlags): boolean {
  return name !== undefined || port !== undefined || pidfile !== undefined || unit !== undefined;
}
