import { type Command, InvalidArgumentError } from 'commander';
import { capture, saveCapture } from '../../app/capture.ts';
import { formatCount } from '../../core/words/numbers.ts';
import { renderJson } from '../../report/inspection/json.ts';
import type { Context } from '../context.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { parsePid } from '../flags/pid.ts';

interface Options {
  readonly output?: string;
  readonly redact?: true;
  readonly script?: true;
}

const EXAMPLES = `Examples:
  $ fdleak capture 4242                       writes fdleak-4242.tar.gz
  $ fdleak capture 4242 --redact -o - > c.tgz without addresses, paths and names
  $ fdleak inspect --from fdleak-4242.tar.gz  look at it anywhere
  $ fdleak capture --script > capture.sh      for a machine without Node:
  $ sh capture.sh 4242                        needs sh and tar, busybox will do
`;

const AFTER = `
The environment is never captured, and secrets on the command line are masked.
Exit status: 0 captured, 2 usage, 3 could not observe or write.`;

/** `fdleak capture <pid>`: everything an inspection reads, in one archive. */
export function addCapture(program: Command, context: Context): void {
  program
    .command('capture')
    .summary('save what an inspection reads, to look at it elsewhere')
    .description('Saves what an inspection reads, to look at it elsewhere.')
    .argument('[pid]', 'process to capture', parsePid)
    .option('-o, --output <file>', 'archive to write, - for standard output (default: fdleak-PID.tar.gz)')
    .option('--redact', 'replace addresses, hosts, paths and names by made-up ones')
    .option('--script', 'print a shell script that captures without fdleak')
    .addHelpText('before', EXAMPLES)
    .addHelpText('after', AFTER)
    .action(async (pid: number | undefined, options: Options) => {
      if (options.script === true) {
        context.print(context.captureScript());
        return;
      }
      if (pid === undefined) throw new InvalidArgumentError('Name a process by its pid, or use --script.');
      context.exit(await captureOne(pid, options, context));
    });
}

async function captureOne(pid: number, options: Options, context: Context): Promise<ExitCode> {
  const path = options.output ?? `fdleak-${pid}.tar.gz`;
  const outcome = await capture(context.world, {
    pid,
    redacts: options.redact === true,
    render: (inspection) => [...renderJson([inspection], { manyTargets: false })].join(''),
    onProgress: context.progress,
  });
  context.endProgress();
  if (outcome.kind !== 'captured') {
    context.fail(`cannot inspect process ${pid}: ${outcome.because}. Next: ${outcome.remedy}.`);
    return EXIT.cannotTell;
  }
  const { bytes, entries } = outcome;
  const failed = saveCapture(path, bytes);
  if (failed !== null) {
    context.fail(
      `cannot write ${path}: ${failed}. Next: name another file with -o; an existing one is never replaced.`,
    );
    return EXIT.cannotTell;
  }
  const kinds = new Set(entries.map(({ name }) => name.replace(/^proc\/\d+\//, '').replace(/\/.*/, '')));
  const redacted =
    options.redact === true
      ? 'addresses, hosts, paths and names are made up'
      : 'addresses and paths are in it: --redact replaces them';
  context.fail(
    `wrote ${path}, ${formatCount(bytes.length, 'byte')}, ${formatCount(entries.length, 'file')}: ${[...kinds].join(', ')}; ${redacted}`,
  );
  return EXIT.clean;
}
