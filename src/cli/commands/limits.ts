import { toJsonText } from '../../core/words/json.ts';
import { type Command, InvalidArgumentError } from 'commander';
import { type RaiseRequest, readAllLimits, readMachineLimits, type RaiseRefusal } from '../../app/limits.ts';
import type { LimitsReport } from '../../core/model/limits-report.ts';
import { renderLimits } from '../../report/limits.ts';
import { renderMachineLimits } from '../../report/machine-limits.ts';
import type { Context } from '../context.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { withinOption } from '../flags/options.ts';
import { parsePid } from '../flags/pid.ts';
import { hasTarget, toPids } from '../flags/target-pids.ts';
import { addTargetOptions, type TargetFlags } from '../flags/target-options.ts';

interface Options extends TargetFlags {
  readonly raise?: RaiseRequest;
  readonly json?: true;
  readonly within: number;
}

const EXAMPLES = `Examples:
  $ fdleak limits 4242                  descriptor limits, and the other quotas
                                        behind "too many open files"
  $ fdleak limits                       of the machine: every shared quota,
                                        who holds most, the nearest first
  $ fdleak limits --port 8080           of the process that listens there, and
                                        of its workers
  $ fdleak limits 4242 --raise 8192     raise the soft limit while it runs
  $ sudo fdleak limits 4242 --raise 8192:65536
`;

const AFTER = `
Exit status: 0 shown or raised, 2 usage, 3 could not read or raise them.`;

/** `fdleak limits <pid>`: reads, and with `--raise` changes, what "too many open files" may mean. */
export function addLimits(program: Command, context: Context): void {
  const command = program
    .command('limits')
    .summary('every limit that "too many open files" may mean')
    .description(
      'Shows every limit that "too many open files" may mean, of a process or of the machine; --raise changes RLIMIT_NOFILE.',
    )
    .argument('[pid]', 'process to read; omit it for the machine', parsePid);
  addTargetOptions(command)
    .option('--raise <soft[:hard]>', 'raise the limit of the running process (prlimit)', parseRaise)
    .addOption(withinOption())
    .option('--json', 'print one JSON document; for several processes, an array')
    .addHelpText('before', EXAMPLES)
    .addHelpText('after', AFTER)
    .action(async (pid: number | undefined, options: Options) => {
      if (pid === undefined && !hasTarget(options)) {
        context.exit(showMachine(options, context));
        return;
      }
      const found = await toPids(pid === undefined ? [] : [pid], options, context);
      context.exit(found.kind === 'pids' ? await showAll(found.pids, options, context) : found.status);
    });
}

function showMachine({ raise, json, within }: Options, context: Context): ExitCode {
  if (raise !== undefined) {
    context.fail('--raise needs one process; give its pid');
    return EXIT.usage;
  }
  const limits = readMachineLimits(context.world, within);
  context.print(json === true ? `${toJsonText(limits, 2)}\n` : renderMachineLimits(limits, context.columns));
  return EXIT.clean;
}

async function showAll(pids: readonly number[], { raise, json, within }: Options, context: Context): Promise<ExitCode> {
  if (raise !== undefined && pids.length > 1) {
    context.fail(`--raise needs one process; give its pid: ${pids.join(', ')}`);
    return EXIT.usage;
  }
  let status: ExitCode = EXIT.clean;
  const reports: LimitsReport[] = [];
  for (const pid of pids) {
    const outcome = await readAllLimits(context.world, pid, { raise: raise ?? null, withinMs: within });
    if (outcome.kind === 'read') {
      reports.push(outcome.report);
      continue;
    }
    status = EXIT.cannotTell;
    if (outcome.kind === 'refused')
      context.fail(`the limit of process ${pid} ${sayStanding(outcome)}: ${outcome.because}`);
    else context.fail(`cannot inspect process ${pid}: ${outcome.because}. Next: ${outcome.remedy}.`);
  }
  if (json !== true) {
    const texts = reports.map((report) => renderLimits(report, context.columns));
    context.print(texts.join('\n'));
  } else if (pids.length > 1 || reports.length > 0) {
    context.print(`${toJsonText(pids.length > 1 ? reports : reports[0], 2)}\n`);
  }
  return status;
}

/** What is known of a limit that was to be raised. */
function sayStanding({ isAsItWas, now }: RaiseRefusal): string {
  if (isAsItWas) return 'is unchanged';
  return now === null ? 'may have been raised, and cannot be read' : `is ${now.soft}:${now.hard} now`;
}

function parseRaise(text: string): RaiseRequest {
  const [, soft, hard] = /^(\d{1,10})(?::(\d{1,10}))?$/.exec(text) ?? [];
  if (soft === undefined) throw new InvalidArgumentError('Expected SOFT or SOFT:HARD: 8192, 8192:65536.');
  return { soft: Number(soft), hard: hard === undefined ? null : Number(hard) };
}
