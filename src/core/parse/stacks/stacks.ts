import type { Frame, StackGroup, Stacks } from '../../model/stacks.ts';

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
  /^(?:__|_?pthread_|futex|operator\b|<?(?:std|core|alloc)::)/,
  /^(?:syscall|clone3?|start_thread|_start|epoll_wait|p?poll|p?select|accept4?|recv(?:from|msg)?|send(?:to|msg)?|read|write|connect|(?:clock_)?nanosleep)(?:@|$)/,
];
const RUNTIME_FILES =
  /\/(?:usr\/local\/go|usr\/lib\/go(?:-[\d.]+)?|goroot|lib\/python\d[\d.]*(?!\/(?:site|dist)-packages))\/|^\.{1,2}\/(?:nptl|sysdeps|csu|io|misc|socket|Python|Modules|Objects)\/|^(?:threading|socket|selectors|ssl|queue|asyncio\/.*|concurrent\/.*)\.py$|^node:/;

/** The innermost frame of the program's own code, null where there is none. */
export function findOwnFrame(frames: readonly Frame[]): Frame | null {
  return frames.find((frame) => !isRuntime(frame)) ?? null;
}

/** Whether a function is one of a runtime or a standard library, by its name. */
export function isRuntimeCall(name: string): boolean {
  return RUNTIME.some((pattern) => pattern.test(name));
}

function isRuntime({ function: name, file }: Frame): boolean {
  return isRuntimeCall(name) || (file !== null && RUNTIME_FILES.test(file));
}

/** Calls that wait for a socket or a pipe. */
const ON_A_DESCRIPTOR =
  /socketRead|sun\.nio\.ch\.(?:Net\.poll|NioSocketImpl|SocketChannelImpl)|SocketInputStream|SocketDispatcher|internal\/poll\.\(\*FD\)|net\.\(\*conn\)|^(?:__)?(?:libc_)?(?:recv|read|write|send|accept|connect)|_recv|read_into|ssl\.py/;
/** Calls that wait for work: a pool at rest. */
const FOR_WORK =
  /Queue\.(?:take|poll)|ThreadPoolExecutor\.getTask|epoll_wait|EPoll|kevent|\.accept|\.Accept|_worker$|workerPool/;

/** Whether it waits for a socket or a pipe. */
export function isAtWork(group: StackGroup): boolean {
  return group.frames.some(({ function: name }) => ON_A_DESCRIPTOR.test(name));
}

/** Whether it waits for work, as a pool at rest does. */
export function waitsForWork(group: StackGroup): boolean {
  return group.frames.some(({ function: name }) => FOR_WORK.test(name));
}

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
  return own.find(isAtWork) ?? own.find((group) => !waitsForWork(group)) ?? own[0] ?? largest[0] ?? null;
}
