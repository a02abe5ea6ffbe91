import type { Socket } from 'node:net';
import { createRequire } from 'node:module';

interface Libc {
  readonly dup: (fd: number) => number;
  readonly close: (fd: number) => number;
}

/** @see https://bun.sh/docs/api/ffi */
interface BunFfi {
  readonly dlopen: (path: string, symbols: Record<keyof Libc, unknown>) => { readonly symbols: Libc };
}

const isBun = process.versions['bun'] !== undefined;

/**
 * Keeps the descriptor of a socket that nobody reads; answers how to let go of it. Node leaves such a socket open for ever, whatever its
 * peer does. Bun, inside the single file, closes it after a reset: there a second descriptor of the same socket stays.
 */
export function keepOpen(socket: Socket): () => void {
  if (!isBun) return () => undefined;
  const fd: unknown = Reflect.get(Reflect.get(socket, '_handle') ?? {}, 'fd');
  if (typeof fd !== 'number' || fd < 0) return () => undefined;
  const { dup, close } = loadLibc();
  const second = dup(fd);
  return () => void close(second);
}

let libc: Libc | null = null;

function loadLibc(): Libc {
  if (libc !== null) return libc;
  const ffi: BunFfi = createRequire(import.meta.url)('bun:ffi');
  const signature = { args: ['i32'], returns: 'i32' };
  libc = ffi.dlopen('libc.so.6', { dup: signature, close: signature }).symbols;
  return libc;
}
