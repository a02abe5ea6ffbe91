/** One call of a stack, the innermost first. */
export interface Frame {
  /** `example.com/hub/registry.(*relay).serve.func3`, `com.example.feed.Reader.loop`. */
  readonly function: string;
  /** As printed, null where the source is not known. */
  readonly file: string | null;
  readonly line: number | null;
}

/** Threads or goroutines that stand at the same place. */
export interface StackGroup {
  readonly count: number;
  /** `chan receive`, `WAITING`, `idle`; null where the dump does not tell. */
  readonly state: string | null;
  /** The shortest and the longest wait that the dump names, in whole minutes; null where none is named. */
  readonly waitingMinutes: { readonly least: number; readonly most: number } | null;
  /** Ids of goroutines or operating-system threads (`nid`, LWP), as far as they are named. */
  readonly threads: readonly number[];
  /** Names of the threads, as far as they have any: `http-worker-7`. */
  readonly names: readonly string[];
  readonly frames: readonly Frame[];
  /** The call that started it: `created by main.serve`. */
  readonly createdBy: Frame | null;
}

export const STACK_SOURCES = [
  'goroutine-profile',
  'goroutine-dump',
  'jstack',
  'py-spy',
  'gdb-bt',
  'node-report',
] as const;

export type StackSource = (typeof STACK_SOURCES)[number];

/** All stacks of one dump, the largest group first. */
export interface Stacks {
  readonly source: StackSource;
  readonly pid: number | null;
  /** What the dump says there are, else the sum of the groups. */
  readonly total: number;
  readonly groups: readonly StackGroup[];
  /** Whether the runtime itself found these to be leaked for ever (Go's goroutineleak profile). */
  readonly saysLeaked: boolean;
}

/** `registry/relay.go:199` -> `relay.go:199`; a frame without a source is named by its function. */
export function toPlaceName({ file, line, function: name }: Frame): string {
  if (file === null) return name;
  const base = file.slice(file.lastIndexOf('/') + 1);
  return line === null ? base : `${base}:${line}`;
}

/** Frames of runtimes, libraries and waiting itself: they say how something waits, not which part of the program does. */
const RUNTIME = [
  /^(?:runtime|internal|sync|os|net|io|bufio|syscall|time|context|crypto|encoding|reflect|log|vendor)(?:\.|\/)/,
  /^(?:java|javax|jdk|sun|com\.sun|kotlin|scala|io\.netty\.(?:channel|util))\./,
  /^(?:__|_?pthread_|futex|syscall|clone|start_thread|std::|operator|epoll_wait|poll|select|accept4?|recv|read|write|nanosleep|clock_nanosleep)/,
];
const RUNTIME_FILES =
  /\/(?:usr\/local\/go|usr\/lib\/go(?:-[\d.]+)?|goroot|lib\/python\d[\d.]*(?!\/(?:site|dist)-packages))\/|^(?:threading|socket|selectors|ssl|queue|asyncio\/.*|concurrent\/.*)\.py$|^node:/;

/** The innermost frame of the program's own code, null where there is none. */
export function findOwnFrame(frames: readonly Frame[]): Frame | null {
  return frames.find((frame) => !isRuntime(frame)) ?? null;
}

function isRuntime({ function: name, file }: Frame): boolean {
  return RUNTIME.some((pattern) => pattern.test(name)) || (file !== null && RUNTIME_FILES.test(file));
}

/** Calls that wait for a socket or a pipe. */
const ON_A_DESCRIPTOR =
  /socketRead|sun\.nio\.ch\.(?:Net\.poll|NioSocketImpl|SocketChannelImpl)|SocketInputStream|SocketDispatcher|internal\/poll\.\(\*FD\)|net\.\(\*conn\)|^(?:__)?(?:libc_)?(?:recv|read|write|send|accept|connect)|_recv|read_into|ssl\.py/;
/** Calls that wait for work: a pool at rest. */
const FOR_WORK =
  /Queue\.(?:take|poll)|ThreadPoolExecutor\.getTask|epoll_wait|EPoll|kevent|\.accept|\.Accept|_worker$|workerPool/;

/**
 * The group most likely to hold what leaks, null where there is none: the largest; among equals one that waits on a
 * descriptor, then one that does not wait for work.
 */
export function findSuspect({ groups }: Stacks): StackGroup | null {
  const known = groups.filter(({ frames }) => frames.length > 0);
  const [first] = known;
  if (first === undefined) return null;
  const largest = known.filter(({ count }) => count === first.count);
  const own = largest.filter(({ frames }) => findOwnFrame(frames) !== null);
  const isAt = (pattern: RegExp) => (group: StackGroup) => group.frames.some((frame) => pattern.test(frame.function));
  return own.find(isAt(ON_A_DESCRIPTOR)) ?? own.find((group) => !isAt(FOR_WORK)(group)) ?? own[0] ?? largest[0] ?? null;
}
