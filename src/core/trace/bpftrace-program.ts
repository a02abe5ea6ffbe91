import { BIRTH_CALLS, DUP_COMMANDS, MAKERS, PAIR_MAKERS } from '../model/birth-calls.ts';

/** It only marks them to be closed at exec. @see close_range(2) */
const CLOSE_RANGE_CLOEXEC = 4;
/** Calls up to the program's own are seldom deeper. */
const DEPTH = 24;

/** No map can be walked here: which births came before it is worked out at the end, by their times, which cost as well. */
const KEEP_RANGE = [
  '$now = nsecs;',
  '@first[$now] = (uint64)(uint32)args->fd;',
  '@last[$now] = (uint64)(uint32)args->max_fd;',
];

export interface BpftraceRequest {
  readonly pid: number;
  /** The names in `events/syscalls`: a tracepoint that the kernel does not have would end all. */
  readonly available: ReadonlySet<string>;
  /** Whether stacks are walked. In a program without frame pointers each walk ends in a fault of memory: half of what all costs. */
  readonly walksStacks: boolean;
}

/**
 * The program that bpftrace runs: births by number of the descriptor, forgotten when it is closed, and how many each call and stack made.
 * One map for each: a change of one costs 0.13 µs, a walk 0.7.
 *
 * @see bpftrace(8); kernel include/trace/events/syscalls.h
 */
export function toBpftraceProgram({ pid, available, walksStacks }: BpftraceRequest): string {
  const born = walksStacks ? bornInStack : bornByCall;
  const has = (name: string): boolean => available.has(`sys_enter_${name}`) && available.has(`sys_exit_${name}`);
  const mine = `pid == ${pid}`;
  const probes = [
    ...MAKERS.filter(has).map((name) =>
      block([exit(name)], `${mine} && args->ret >= 0`, born(name, '(int64)args->ret')),
    ),
    block(has('close') ? [enter('close')] : [], mine, forget('(int64)args->fd')),
    block(
      has('close_range') ? [enter('close_range')] : [],
      `${mine} && (args->flags & ${CLOSE_RANGE_CLOEXEC}) == 0`,
      walksStacks ? KEEP_RANGE : ['@ranged = count();'],
    ),
    ...Object.entries(PAIR_MAKERS).flatMap(([name, argument]) =>
      has(name)
        ? [
            block([enter(name)], mine, [`@pair[tid] = (uint64)args->${argument};`]),
            block([exit(name)], `${mine} && @pair[tid] != 0`, [
              '$at = @pair[tid];',
              'delete(@pair[tid]);',
              `if (args->ret == 0) { $one = (int64)*(int32 *)uptr($at); $two = (int64)*(int32 *)uptr($at + 4); ${born(name, '$one').join(' ')} ${born(name, '$two').join(' ')} }`,
            ]),
          ]
        : [],
    ),
    ...(has('fcntl')
      ? [
          block([enter('fcntl')], `${mine} && (${DUP_COMMANDS.map((one) => `args->cmd == ${one}`).join(' || ')})`, [
            '@dup[tid] = 1;',
          ]),
          block([exit('fcntl')], `${mine} && @dup[tid] == 1`, [
            'delete(@dup[tid]);',
            `if (args->ret >= 0) { ${born('fcntl', '(int64)args->ret').join(' ')} }`,
          ]),
        ]
      : []),
    block(has('execve') ? [exit('execve')] : [], `${mine} && args->ret == 0`, [
      '@executed = count();',
      '@replaced = nsecs;',
    ]),
    'interval:ms:50 /@on == 0/ { @on = 1; printf("ready\\n"); }',
    'END { clear(@on); clear(@pair); clear(@dup); }',
  ];
  return `${probes.filter((one) => one !== '').join('\n')}\n`;
}

function block(points: readonly string[], filter: string, body: readonly string[]): string {
  return points.length === 0 ? '' : `${points.join(',\n')} /${filter}/ { ${body.join(' ')} }`;
}

function enter(name: string): string {
  return `tracepoint:syscalls:sys_enter_${name}`;
}

function exit(name: string): string {
  return `tracepoint:syscalls:sys_exit_${name}`;
}

function bornInStack(name: string, fd: string): string[] {
  const call = BIRTH_CALLS.indexOf(name);
  return [`$s = ustack(perf, ${DEPTH});`, `@sites[${call}, $s] = count();`, `@birth[${fd}] = (${call}, nsecs, $s);`];
}

function bornByCall(name: string, fd: string): string[] {
  const call = BIRTH_CALLS.indexOf(name);
  return [`@sites[${call}] = count();`, `@birth[${fd}] = ${call};`];
}

/** At the entry: until the kernel has closed it nobody can get the number. */
function forget(fd: string): string[] {
  return [`delete(@birth[${fd}]);`];
}
