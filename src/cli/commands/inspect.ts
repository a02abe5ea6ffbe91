import { type Command, Option } from 'commander';
import { inspect } from '../../app/inspect/inspect.ts';
import type { StackSources } from '../../app/inspect/stack-sources.ts';
import { SOURCE_OPTIONS, type SourceOption } from '../../core/sources/registry.ts';
import type { Inspection } from '../../core/model/inspection.ts';
import { FORMATS, renderInspections, type Format } from '../../report/inspection/formats.ts';
import { PLAIN } from '../../report/text/style.ts';
import type { ColorWhen, Context } from '../context.ts';
import { toPids } from '../flags/target-pids.ts';
import { addTargetOptions, type TargetFlags } from '../flags/target-options.ts';
import { EXIT, exitCodeOf, FAIL_ON, worstOf, type ExitCode, type FailOn } from '../exit-code.ts';
import { colorOption, parseSources, repeatableOption, withinOption } from '../flags/options.ts';
import { collectPid, parsePid } from '../flags/pid.ts';
import { durationOption } from '../flags/durations.ts';

interface Options extends TargetFlags {
  readonly format: Format;
  readonly json?: true;
  readonly html?: string;
  readonly sources: readonly SourceOption[];
  readonly settle: number;
  readonly certainAfter: number;
  readonly bpf: boolean;
  readonly toolTimeout: number;
  readonly within: number;
  readonly failOn: FailOn;
  readonly fds?: true;
  readonly why?: true;
  readonly flags?: true;
  readonly quiet?: true;
  readonly color: ColorWhen;
  readonly from?: readonly string[];
  readonly pid?: number;
  readonly stacks: readonly string[];
}

const EXAMPLES = `Examples:
  $ fdleak inspect 4242                       what is open, what is leaked, why
  $ sudo fdleak inspect 4242                  another user's process
  $ fdleak inspect --port 8080                the process that listens there
  $ fdleak inspect 4242 --settle 10m          without root: dead at two looks
                                              10 min apart is a certain leak
  $ fdleak inspect 4242 --json | jq .summary  the whole result as one document
  $ fdleak inspect 4242 --format markdown     to paste into an issue
  $ fdleak inspect 4242 4250 --fds            two processes, every descriptor
  $ fdleak inspect --from lsof.txt ss.txt     saved on another machine
  $ lsof -nP -p 1 | fdleak inspect --from -   in any form
  $ fdleak inspect 4242 --stacks threads.txt  who holds them: a thread dump
  $ fdleak inspect 4242 --stacks auto         a Go program's own profile
`;

const AFTER = `
Exit status: 0 nothing found, 1 a finding that is an error, 2 usage,
3 could not observe or decide.`;

/** `fdleak inspect <pid…>`: options in, one look for each process, one rendering, one exit status. */
export function addInspect(program: Command, context: Context): void {
  const command = program
    .command('inspect')
    .summary('which descriptors a process leaks, and why')
    .description('Shows what a process has open, which descriptors are leaked, and why.')
    .argument('[pid...]', 'processes to inspect', collectPid);
  addTargetOptions(command)
    .addOption(new Option('-f, --format <format>', 'output format').choices(FORMATS).default('table'))
    .option('--json', 'same as --format json')
    .option('--html <file>', 'also write one HTML file, to open or to send')
    .option('--fds', 'list every descriptor')
    .option('--why', 'show everything the answer rests on: evidence, limits, sources')
    .option('--flags', 'list every descriptor with its open flags')
    .addOption(
      new Option('--sources <names>', `sources to read: any of ${SOURCE_OPTIONS.join(',')}`)
        .argParser(parseSources)
        .default([...SOURCE_OPTIONS], 'all'),
    )
    .addOption(
      durationOption(
        '--settle <duration>',
        'pause before doubtful sockets are checked again; 0: no second check',
        '1.2s',
      ),
    )
    .addOption(
      durationOption(
        '--certain-after <duration>',
        'a connection must have been over for this long to be a certain leak',
        '10m',
      ),
    )
    .option(
      '--no-bpf',
      'do not load the BPF program by which the kernel lists descriptors and tells when connections died',
    )
    .addOption(durationOption('--tool-timeout <duration>', 'how long lsof, ss and prlimit may take', '10s'))
    .addOption(withinOption())
    .addOption(
      new Option('--fail-on <severity>', 'lowest severity that makes the exit status 1')
        .choices(FAIL_ON)
        .default('error'),
    )
    .addOption(
      new Option('--from <files...>', 'read saved or pasted listings instead of a process: files, folders, or -'),
    )
    .option('--pid <pid>', 'with --from: choose one of several processes', parsePid)
    .addOption(repeatableOption('--stacks <source>', 'who holds them, by stacks: a file, a URL, or auto (asks Go)'))
    .option('-q, --quiet', 'print the first line only')
    .addOption(colorOption())
    .addHelpText('before', EXAMPLES)
    .addHelpText('after', AFTER)
    .action(async (pids: readonly number[], options: Options) => {
      const { from } = options;
      const stacks = await readStacks(options, context);
      if (stacks === 'refused') return context.exit(EXIT.usage);
      if (from !== undefined && stacks?.isAuto === true)
        command.error('error: --stacks auto needs a living process', { exitCode: EXIT.usage });
      if (from !== undefined) {
        if (pids.length > 0)
          command.error('error: --from needs no pid argument: choose one with --pid', { exitCode: EXIT.usage });
        // Its parsers are many, and a live look needs none of them.
        const { inspectFrom } = await import('./inspect-from.ts');
        const { inspection, code } = await inspectFrom({ ...options, from, stacks }, context);
        await print(inspection === null ? [] : [inspection], 1, options, context);
        context.exit(code);
        return;
      }
      const found = await toPids(pids, options, context);
      context.exit(
        found.kind === 'pids'
          ? await inspectAll(found.pids, { ...options, sourcesOfStacks: stacks }, context)
          : found.status,
      );
    });
}

/** null where none were asked for. */
async function readStacks({ stacks }: Options, context: Context): Promise<StackSources | null | 'refused'> {
  if (stacks.length === 0) return null;
  const { readStackSources } = await import('../../app/inspect/stack-sources.ts');
  const read = await readStackSources(stacks);
  if (read.kind === 'read') return read.sources;
  context.fail(`cannot read stacks: ${read.because}. Next: ${read.remedy}.`);
  return 'refused';
}

async function inspectAll(
  pids: readonly number[],
  options: Options & { readonly sourcesOfStacks: StackSources | null },
  context: Context,
): Promise<ExitCode> {
  const inspections: Inspection[] = [];
  const codes: ExitCode[] = [];
  for (const pid of new Set(pids)) {
    context.progress(`inspecting ${pid}`);
    const outcome = await inspect(context.world, {
      pid,
      sources: options.bpf ? options.sources : options.sources.filter((source) => source !== 'bpf'),
      settleMs: options.settle,
      certainAfterMs: options.certainAfter,
      toolTimeoutMs: options.toolTimeout,
      withinMs: options.within,
      withFlags: options.flags === true,
      withQuotas: options.settle > 0,
      withOtherEnds: options.why === true,
      onProgress: (what) => context.progress(what),
    });
    if (outcome.kind === 'inspected') {
      inspections.push(await withHolders(outcome.inspection, options.sourcesOfStacks, context));
      codes.push(exitCodeOf(outcome.inspection, options.failOn));
    } else {
      context.fail(`cannot inspect process ${pid}: ${outcome.because}. Next: ${outcome.remedy}.`);
      codes.push(EXIT.cannotTell);
    }
  }
  context.endProgress();
  await print(inspections, pids.length, options, context);
  return worstOf(codes);
}

async function withHolders(
  inspection: Inspection,
  sources: StackSources | null,
  context: Context,
): Promise<Inspection> {
  if (sources === null) return inspection;
  const { addHolders } = await import('../../app/inspect/holders.ts');
  context.progress('looking for who holds them');
  return addHolders(context.world, inspection, { sources, say: context.fail });
}

async function print(
  inspections: readonly Inspection[],
  asked: number,
  options: Options,
  context: Context,
): Promise<void> {
  const format = options.json === true ? 'json' : options.format;
  if (options.html !== undefined && inspections.length > 0)
    (await import('../terminal/inspect-page.ts')).writeInspectPage(inspections, options.html, context);
  // Several targets give an array, if an empty one.
  if (inspections.length === 0 && (asked === 1 || format !== 'json')) return;
  const pieces = await renderInspections(format, inspections, {
    paint: format === 'table' ? await context.paint(options.color) : PLAIN,
    columns: context.columns,
    isTerminal: context.isTerminal,
    listDescriptors: options.fds === true || options.flags === true,
    explains: options.why === true,
    isQuiet: options.quiet === true,
    manyTargets: asked > 1,
  });
  for (const piece of pieces) {
    context.print(piece, format === 'json' ? 'json' : 'text');
    await context.written();
  }
}
