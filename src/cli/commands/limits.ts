import { type Command, InvalidArgumentError } from 'commander';
import { type RaiseRequest, readAllLimits, type Refusal } from '../../app/limits.ts';
import { escapeText } from '../../report/escape.ts';
import { renderLimits } from '../../report/limits.ts';
import type { Context } from '../context.ts';
import { EXIT } from '../exit-code.ts';
import { parsePid } from '../options.ts';

const EXAMPLES = `
Examples:
  $ fdleak limits 4242                 soft and hard limit, use, and the other quotas behind "too many open files"
  $ fdleak limits 4242 --raise 8192    raise the soft limit of the running process
  $ sudo fdleak limits 4242 --raise 8192:65536`;

/** `fdleak limits <pid>`: reads, and with `--raise` changes, what "too many open files" may mean. */
export function addLimits(program: Command, context: Context): void {
  program
    .command('limits')
    .description('show every limit that "too many open files" may mean; --raise changes RLIMIT_NOFILE')
    .argument('<pid>', 'process to look at', parsePid)
    .option('--raise <soft[:hard]>', 'raise the limit of the running process, through prlimit', parseRaise)
    .option('--json', 'one JSON document')
    .addHelpText('after', EXAMPLES)
    .action(async (pid: number, { raise, json }: { raise?: RaiseRequest; json?: true }) => {
      const outcome = await readAllLimits(context.world, pid, raise ?? null);
      switch (outcome.kind) {
        case 'read':
          context.print(
            json === true
              ? `${JSON.stringify(outcome.report, null, 2)}\n`
              : renderLimits({ ...outcome.report, comm: escapeText(outcome.report.comm) }),
          );
          break;
        case 'refused':
          context.fail(`the limit of process ${pid} ${sayStanding(outcome)}: ${outcome.because}`);
          context.exit(EXIT.cannotTell);
          break;
        case 'unobservable':
          context.fail(`cannot look at process ${pid}: ${outcome.because}. Next: ${outcome.remedy}.`);
          context.exit(EXIT.cannotTell);
          break;
      }
    });
}

/** What is known of a limit that was to be raised. */
function sayStanding({ isAsItWas, now }: Refusal): string {
  if (isAsItWas) return 'is as it was';
  return now === null ? 'may have been raised, and cannot be read' : `is ${now.soft}:${now.hard} now`;
}

function parseRaise(text: string): RaiseRequest {
  const [, soft, hard] = /^(\d{1,10})(?::(\d{1,10}))?$/.exec(text) ?? [];
  if (soft === undefined)
    throw new InvalidArgumentError('A raise is SOFT or SOFT:HARD in descriptors: 8192, 8192:65536.');
  return { soft: Number(soft), hard: hard === undefined ? null : Number(hard) };
}
