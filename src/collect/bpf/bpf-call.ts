import type { KernelCalls } from '../kernel-calls.ts';

const MAP_CREATE = 0;
const PROG_LOAD = 5;
const LINK_CREATE = 28;
const ITER_CREATE = 33;

const MAP_TYPE_ARRAY = 2;
const PROG_TYPE_TRACING = 26;
const TRACE_ITER = 28;

/** GPL-compatible, as the kernel asks of a program that reads its structures: this one is licensed under MIT and, to the kernel, the GPL. */
const LICENSE = Buffer.from('Dual MIT/GPL\0');
/** Seen in audit logs and by `bpftool prog`. */
const NAME = 'fdleak_walk';

const LOG_BYTES = 1 << 20;
const ATTRIBUTES_BYTES = 128;

/** A signal that came in while the verifier was at work, as a profiler sends them: EINTR, EAGAIN. */
const INTERRUPTED: ReadonlySet<number> = new Set([4, 11]);
const MOST_TRIES = 5;

/** Each returns a descriptor, or a negative errno. @see bpf(2); kernel include/uapi/linux/bpf.h union bpf_attr */
export class BpfCall {
  readonly #calls: KernelCalls;

  constructor(calls: KernelCalls) {
    this.#calls = calls;
  }

  /** An array map of one value. */
  createMap(valueBytes: number): number {
    const attributes = Buffer.alloc(72);
    attributes.writeUInt32LE(MAP_TYPE_ARRAY, 0);
    attributes.writeUInt32LE(4, 4);
    attributes.writeUInt32LE(valueBytes, 8);
    attributes.writeUInt32LE(1, 12);
    attributes.write(NAME, 28);
    return this.#call(MAP_CREATE, attributes);
  }

  /** Where the kernel refuses the program, `log` is what its verifier says. */
  loadProgram(instructions: Uint8Array, iteratorId: number): { readonly fd: number; readonly log: string } {
    const attributes = Buffer.alloc(ATTRIBUTES_BYTES);
    attributes.writeUInt32LE(PROG_TYPE_TRACING, 0);
    attributes.writeUInt32LE(instructions.length / 8, 4);
    attributes.writeBigUInt64LE(this.#calls.addressOf(instructions), 8);
    attributes.writeBigUInt64LE(this.#calls.addressOf(LICENSE), 16);
    attributes.write(NAME, 48);
    attributes.writeUInt32LE(TRACE_ITER, 68);
    attributes.writeUInt32LE(iteratorId, 108);
    const fd = this.#call(PROG_LOAD, attributes);
    return { fd, log: fd < 0 ? this.#explain(attributes) : '' };
  }

  /** What an iterator walks: `thread` the table of one, `process` those of all its threads, null every task of the host. */
  link(programFd: number, scope: { readonly thread: number } | { readonly process: number } | null): number {
    const which = Buffer.alloc(16);
    if (scope !== null && 'thread' in scope) which.writeUInt32LE(scope.thread, 0);
    if (scope !== null && 'process' in scope) which.writeUInt32LE(scope.process, 4);
    const attributes = Buffer.alloc(64);
    attributes.writeUInt32LE(programFd, 0);
    attributes.writeUInt32LE(TRACE_ITER, 8);
    if (scope !== null) {
      attributes.writeBigUInt64LE(this.#calls.addressOf(which), 16);
      attributes.writeUInt32LE(which.length, 24);
    }
    return this.#call(LINK_CREATE, attributes);
  }

  /** A descriptor that each read(2) runs the program for. */
  iterate(linkFd: number): number {
    const attributes = Buffer.alloc(8);
    attributes.writeUInt32LE(linkFd, 0);
    return this.#call(ITER_CREATE, attributes);
  }

  close(fd: number): void {
    if (fd >= 0) this.#calls.close(fd);
  }

  /** Loads it once more, for the reason. */
  #explain(attributes: Buffer): string {
    const log = Buffer.alloc(LOG_BYTES);
    attributes.writeUInt32LE(1, 24);
    attributes.writeUInt32LE(log.length, 28);
    attributes.writeBigUInt64LE(this.#calls.addressOf(log), 32);
    this.close(this.#call(PROG_LOAD, attributes));
    return log.toString('latin1', 0, Math.max(log.indexOf(0), 0));
  }

  #call(command: number, attributes: Buffer): number {
    for (let tries = 1; ; tries += 1) {
      const result = this.#calls.bpf(command, attributes);
      if (result >= 0) return result;
      const errno = this.#calls.errno();
      if (!INTERRUPTED.has(errno) || tries === MOST_TRIES) return -errno;
    }
  }
}
