import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';
import { type CFunction, type CLibrary, type CValue, parsePrototype } from './c-library.ts';

/** The part of `bun:ffi` that is used. @see https://bun.sh/docs/api/ffi */
interface BunFfi {
  dlopen(path: string, symbols: Record<string, Signature>): { symbols: Record<string, CFunction> };
  ptr(bytes: Uint8Array): number;
  readonly read: { i32(address: number): number };
}

interface Signature {
  readonly args: readonly string[];
  readonly returns: string;
}

const LIBC = 'libc.so.6';

const TYPES: Readonly<Record<string, string>> = {
  int: 'i32',
  'unsigned int': 'u32',
  long: 'i64_fast',
  'unsigned long': 'u64_fast',
  'void *': 'ptr',
  str: 'ptr',
  void: 'void',
};

/** A close(2) that may linger runs on a worker: the interface has no calls on other threads. */
const CLOSER = `
const { close } = require('bun:ffi').dlopen('${LIBC}', { close: { args: ['i32'], returns: 'i32' } }).symbols;
const { parentPort } = require('node:worker_threads');
parentPort.on('message', (fd) => { close(fd); parentPort.postMessage(fd); });`;

/** glibc, through `bun:ffi`, in the single file. Throws where it is not there. */
export function loadByBun(): CLibrary {
  const ffi: BunFfi = createRequire(import.meta.url)('bun:ffi');
  const open = (name: string, signature: Signature): CFunction => {
    const found = ffi.dlopen(LIBC, { [name]: signature }).symbols[name];
    if (found === undefined) throw new Error(`${LIBC} has no ${name}`);
    return found;
  };
  const location = open('__errno_location', { args: [], returns: 'ptr' });
  const closer = new Closer();
  return {
    func(prototype) {
      const { name, returns, takes } = parsePrototype(prototype);
      const call = open(name, { args: takes.map(toType), returns: toType(returns) });
      return takes.includes('str') ? (...values) => call(...values.map(toBytes)) : call;
    },
    closeElsewhere: (fd, whenClosed) => closer.close(fd, whenClosed),
    addressOf: (bytes) => BigInt(ffi.ptr(bytes)),
    errno: () => ffi.read.i32(location()),
  };
}

function toType(type: string): string {
  const known = TYPES[type];
  if (known === undefined) throw new Error(`no type of bun:ffi for ${type}`);
  return known;
}

/** A path as C has it, ended by NUL. */
function toBytes(value: CValue): CValue {
  return typeof value === 'string' ? Buffer.from(`${value}\0`, 'latin1') : value;
}

/** One worker for all closes, started at the first. */
class Closer {
  readonly #pending = new Map<number, () => void>();
  #worker: Worker | null = null;

  close(fd: number, whenClosed: () => void): void {
    this.#pending.set(fd, whenClosed);
    this.#worker ??= this.#start();
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker of node:worker_threads has no origin
    this.#worker.postMessage(fd);
  }

  #start(): Worker {
    const worker = new Worker(CLOSER, { eval: true });
    worker.unref();
    worker.on('message', (fd: number) => {
      this.#pending.get(fd)?.();
      this.#pending.delete(fd);
    });
    return worker;
  }
}
