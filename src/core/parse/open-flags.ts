/** Names of the open flags that mean the same bit on every architecture Node runs on. */
const COMMON: readonly (readonly [bits: number, name: string])[] = [
  [0o2000, 'append'],
  [0o4000, 'nonblock'],
  [0o20000, 'async'],
  [0o1000000, 'noatime'],
  [0o2000000, 'cloexec'],
  [0o10000000, 'path'],
];

interface OwnBits {
  readonly direct: number;
  readonly directory: number;
  readonly nofollow: number;
}

const GENERIC: OwnBits = { direct: 0o40000, directory: 0o200000, nofollow: 0o400000 };
const ARM_AND_POWERPC: OwnBits = { direct: 0o200000, directory: 0o40000, nofollow: 0o100000 };
const SWAPPED = new Set(['arm', 'arm64', 'ppc', 'ppc64']);

const ACCESS_MODES = ['rdonly', 'wronly', 'rdwr'] as const;
const ACCESS_MASK = 0o3;
const DSYNC = 0o10000;
const SYNC = 0o4000000;
const TMPFILE = 0o20000000;

/**
 * Names the bits of `flags:` in `/proc/<pid>/fdinfo/<fd>`: 0o2004002 -> `['rdwr', 'nonblock', 'cloexec']`.
 *
 * O_LARGEFILE is left out: the kernel sets it by itself. `sync` includes dsync, `tmpfile` directory, and
 * `path` has no access mode. Bits without a name are passed over.
 *
 * @see open(2); kernel include/uapi/asm-generic/fcntl.h, arch/arm64/include/uapi/asm/fcntl.h
 */
export function toOpenFlags(flags: number, architecture: string): readonly string[] {
  const own = SWAPPED.has(architecture) ? ARM_AND_POWERPC : GENERIC;
  const has = (bits: number): boolean => (flags & bits) !== 0;
  const names: string[] = [];
  const mode = ACCESS_MODES[flags & ACCESS_MASK];
  if (mode !== undefined && !has(0o10000000)) names.push(mode);
  for (const [bits, name] of COMMON) if (has(bits)) names.push(name);
  if (has(SYNC)) names.push('sync');
  else if (has(DSYNC)) names.push('dsync');
  if (has(TMPFILE)) names.push('tmpfile');
  else if (has(own.directory)) names.push('directory');
  if (has(own.direct)) names.push('direct');
  if (has(own.nofollow)) names.push('nofollow');
  return names;
}
