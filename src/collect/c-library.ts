/** What a function of the C library is handed: a whole number, memory that it reads or writes, NULL, or a path. */
export type CValue = number | Uint8Array | Int32Array | string | null;

/** A function of the C library that answers with a whole number. */
export type CFunction = (...values: CValue[]) => number;

/** The C library, by whichever foreign-function interface the runtime has: koffi under Node, bun:ffi in the single file. */
export interface CLibrary {
  /** `int close(int fd)`; types are `int`, `unsigned int`, `long`, `unsigned long`, `void *`, `str` and, to return, `void`. */
  func(prototype: string): CFunction;
  /** Calls `int close(int fd)` on a thread of its own. */
  closeElsewhere(fd: number, whenClosed: () => void): void;
  /** Where in memory the bytes are. */
  addressOf(bytes: Uint8Array): bigint;
  /** Why the last call failed. @see errno(3) */
  errno(): number;
}

export interface Prototype {
  readonly name: string;
  readonly returns: string;
  readonly takes: readonly string[];
}

const PROTOTYPE = /^(.+?) ?\b(\w+)\((.*)\)$/;

/**
 * Reads a prototype of C as far as these calls need it. What is none throws: it stands in our own source.
 *
 *     long recv(int fd, void *out, unsigned long size, int flags)
 *     -> { name: 'recv', returns: 'long', takes: ['int', 'void *', 'unsigned long', 'int'] }
 */
export function parsePrototype(text: string): Prototype {
  const [, returns, name, list] = PROTOTYPE.exec(text) ?? [];
  if (returns === undefined || name === undefined || list === undefined) throw new Error(`not a prototype: ${text}`);
  const takes = list.split(', ').map((one) => one.replace(/\w+$/, '').trim());
  return { name, returns, takes };
}
