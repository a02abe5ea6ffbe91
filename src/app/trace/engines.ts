import { canWalkStacks } from '../../collect/frame-pointers.ts';
import type { ProcessFolder } from '../../collect/process-folder.ts';
import type { Engine } from '../../core/model/trace.ts';
import { MAKERS, PAIR_MAKERS } from '../../core/model/birth-calls.ts';
import { toBpftraceProgram } from '../../core/trace/bpftrace-program.ts';
import type { World } from '../world.ts';

const ASK_MS = 10_000;
/** Of the first pid namespace: bpftrace knows processes by its numbers alone. @see kernel include/linux/proc_ns.h PROC_PID_INIT_INO */
const FIRST_PID_NAMESPACE = 'pid:[4026531836]';
/** A map as large as most tables of descriptors; larger limits raise it. */
const FEWEST_KEYS = 16_384;
const MOST_KEYS = 1 << 20;

/**
 * Mounts what bpftrace reads in a namespace of its own, where the machine has not: nothing outside sees it.
 *
 * @see mount_namespaces(7)
 */
const IN_OWN_MOUNTS = [
  'd=/sys/kernel/debug',
  '[ -d $d/tracing/events/syscalls ] || mount -t debugfs debugfs $d 2>/dev/null',
  '[ -d $d/tracing/events/syscalls ] || mount -t tracefs tracefs $d/tracing 2>/dev/null',
  'exec "$0" "$@"',
].join('; ');

export type Chosen =
  | {
      readonly kind: 'engine';
      readonly engine: Engine;
      readonly whyNotBpftrace: string | null;
      readonly tracepoints: ReadonlySet<string>;
    }
  | { readonly kind: 'none'; readonly because: string; readonly remedy: string };

/** Which engine can be used, the cheap one first; `wanted` null leaves the choice. */
export async function chooseEngine(world: World, wanted: Engine | null): Promise<Chosen> {
  const setpriv = await world.runTool('setpriv', ['--version'], ASK_MS);
  if (setpriv.kind !== 'ran')
    return none('setpriv is not installed: an engine could outlive fdleak', 'apt install util-linux');
  const bpftrace = wanted === 'strace' ? 'not wanted' : await askBpftrace(world);
  if (typeof bpftrace !== 'string')
    return { kind: 'engine', engine: 'bpftrace', whyNotBpftrace: null, tracepoints: bpftrace };
  if (wanted === 'bpftrace') return none(`bpftrace cannot be used: ${bpftrace}`, 'use --engine strace');
  const strace = await world.runTool('strace', ['-V'], ASK_MS);
  if (strace.kind !== 'ran')
    return none(
      `neither engine can be used: bpftrace: ${bpftrace}; strace: not installed`,
      'apt install bpftrace, or strace',
    );
  if (!/stack-/.test(strace.stdout))
    return none('this strace was built without stacks (-k)', 'use the strace of your distribution');
  return {
    kind: 'engine',
    engine: 'strace',
    whyNotBpftrace: wanted === 'strace' ? null : bpftrace,
    tracepoints: new Set(),
  };
}

/** The tracepoints of calls, or why there are none. */
async function askBpftrace(world: World): Promise<ReadonlySet<string> | string> {
  if (world.viewer.uid !== 0) return 'it needs root';
  const namespace = world.proc.link('self/ns/pid');
  if (namespace.kind !== 'read' || namespace.value !== FIRST_PID_NAMESPACE)
    return 'in a container it knows processes by other numbers';
  const version = await world.runTool('bpftrace', ['--version'], ASK_MS);
  if (version.kind !== 'ran') return version.kind === 'unavailable' ? 'not installed' : 'it does not start';
  const names = await world.runTool(
    'unshare',
    ['-m', 'sh', '-c', IN_OWN_MOUNTS, 'ls', '/sys/kernel/debug/tracing/events/syscalls'],
    ASK_MS,
  );
  if (names.kind !== 'ran') return 'the kernel has no tracepoints of calls, or may not be asked';
  return new Set(names.stdout.split('\n'));
}

function none(because: string, remedy: string): Chosen {
  return { kind: 'none', because, remedy };
}

export interface EngineCommand {
  readonly command: readonly [string, ...string[]];
  readonly env: Readonly<Record<string, string>>;
}

/** How bpftrace is started. `softLimit` is how many descriptors the process may have: as many births are kept. */
export function toBpftraceCommand(
  process: ProcessFolder,
  tracepoints: ReadonlySet<string>,
  softLimit: number | null,
): EngineCommand {
  const keys = Math.min(MOST_KEYS, Math.max(FEWEST_KEYS, 2 * (softLimit ?? 0)));
  return {
    command: [
      'unshare',
      '-m',
      'sh',
      '-c',
      IN_OWN_MOUNTS,
      'bpftrace',
      '-q',
      '-B',
      'line',
      '-f',
      'json',
      '-e',
      toBpftraceProgram({ pid: process.pid, available: tracepoints, walksStacks: canWalkStacks(process) }),
    ],
    env: { BPFTRACE_MAP_KEYS_MAX: `${keys}`, BPFTRACE_CACHE_USER_SYMBOLS: '1' },
  };
}

/** How strace is started. A question mark lets a call pass that the architecture does not have. */
export function toStraceCommand(pid: number): EngineCommand {
  const others = ['close', 'close_range', 'fcntl', 'execve', 'clone', 'clone3', 'fork', 'vfork'];
  const calls = [...MAKERS, ...Object.keys(PAIR_MAKERS), ...others].map((name) => `?${name}`).join(',');
  return {
    command: ['strace', '-f', '-k', '-s', '16', '-e', `trace=${calls}`, '-e', 'signal=none', '-p', `${pid}`],
    env: {},
  };
}
