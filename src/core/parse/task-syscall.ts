import type { DescriptorCall } from '../model/thread-wait.ts';

/** Which numbers mean which call: that of the process, not of the machine. */
export type Abi = 'x86-64' | 'generic';

/** Bytes of a program that tell its ABI. */
export const ELF_HEAD = 20;
const ELF_CLASS = 4;
const ELF_64 = 2;
const ELF_MACHINE = 18;
/** @see elf(5), e_machine; kernel include/uapi/linux/elf-em.h */
const ABI_OF_MACHINE: Readonly<Record<number, Abi>> = { 62: 'x86-64', 183: 'generic', 243: 'generic', 258: 'generic' };

/** The ABI of a program by its first 20 bytes; null for one of 32 bits, whose calls have other numbers, and for machines without a name here. */
export function toAbi(head: Uint8Array): Abi | null {
  const isElf64 = head.length >= ELF_HEAD && head[0] === 0x7f && head[ELF_CLASS] === ELF_64;
  if (!isElf64 || head[ELF_MACHINE + 1] === undefined) return null;
  return ABI_OF_MACHINE[(head[ELF_MACHINE] ?? 0) + 256 * (head[ELF_MACHINE + 1] ?? 0)] ?? null;
}

/** What a thread blocks in. Addresses are of its own memory. */
export type TaskCall =
  | { readonly kind: 'descriptor'; readonly call: DescriptorCall; readonly fd: number }
  | { readonly kind: 'epoll'; readonly fd: number }
  | { readonly kind: 'poll'; readonly address: number; readonly count: number }
  | { readonly kind: 'select'; readonly addresses: readonly number[]; readonly count: number }
  | { readonly kind: 'elsewhere' };

type Meaning = DescriptorCall | 'epoll' | 'poll' | 'select';

const X86_64: Readonly<Record<number, Meaning>> = {
  0: 'read',
  1: 'write',
  7: 'poll',
  17: 'read',
  18: 'write',
  19: 'read',
  20: 'write',
  23: 'select',
  42: 'connect',
  43: 'accept',
  44: 'send',
  45: 'receive',
  46: 'send',
  47: 'receive',
  232: 'epoll',
  270: 'select',
  271: 'poll',
  281: 'epoll',
  288: 'accept',
  299: 'receive',
  307: 'send',
  441: 'epoll',
};

/** Of arm64, riscv64 and loongarch64. @see kernel include/uapi/asm-generic/unistd.h */
const GENERIC: Readonly<Record<number, Meaning>> = {
  22: 'epoll',
  63: 'read',
  64: 'write',
  65: 'read',
  66: 'write',
  67: 'read',
  68: 'write',
  72: 'select',
  73: 'poll',
  202: 'accept',
  203: 'connect',
  206: 'send',
  207: 'receive',
  211: 'send',
  212: 'receive',
  242: 'accept',
  243: 'receive',
  269: 'send',
  441: 'epoll',
};

const MEANINGS = { 'x86-64': X86_64, generic: GENERIC } as const satisfies Record<Abi, object>;

const CALL = /^(\d+)((?: 0x[0-9a-f]{1,16}){8})\s*$/;
/** No address of a process is as high. */
const MOST_ADDRESS = 2 ** 57;
/** Above every limit a kernel allows. */
const MOST_DESCRIPTORS = 1 << 20;

/**
 * Reads `/proc/<pid>/task/<tid>/syscall`: the number of the call, its six arguments, stack and program counter.
 *
 *     288 0x3 0x0 0x0 0x80000 0x0 0x0 0x7ffd1a2b3c40 0x7f1234567890     -> accept 3
 *     running                                                           -> elsewhere
 *     -1 0x7ffd1a2b3c40 0x7f1234567890                                  -> elsewhere
 *
 * `elsewhere` for every call without a descriptor and every number without a meaning; null where the text does not fit. `abi` null is one
 * that this program does not know.
 *
 * @see proc_pid_syscall(5); kernel fs/proc/base.c proc_pid_syscall()
 */
export function parseTaskSyscall(text: string, abi: Abi | null): TaskCall | null {
  if (/^(?:running|-1 0x[0-9a-f]+ 0x[0-9a-f]+)\s*$/.test(text)) return ELSEWHERE;
  const [, number = '', rest = ''] = CALL.exec(text) ?? [];
  if (number === '') return null;
  const [first = 0, second = 0, third = 0, fourth = 0] = rest.trim().split(' ').map(Number);
  const meaning = abi === null ? undefined : MEANINGS[abi][Number(number)];
  return toCall(meaning, [first, second, third, fourth]);
}

type Arguments = readonly [number, number, number, number];

const ELSEWHERE: TaskCall = { kind: 'elsewhere' };

function toCall(meaning: Meaning | undefined, [first, ...rest]: Arguments): TaskCall {
  if (meaning === undefined) return ELSEWHERE;
  if (meaning === 'poll' || meaning === 'select') return toSetCall(meaning, [first, ...rest]);
  // An argument that is an int fills 64 bits as the program left them.
  if (first >= 2 ** 31) return ELSEWHERE;
  return meaning === 'epoll' ? { kind: 'epoll', fd: first } : { kind: 'descriptor', call: meaning, fd: first };
}

function toSetCall(kind: 'poll' | 'select', [first, second, third, fourth]: Arguments): TaskCall {
  if (kind === 'select')
    return first <= MOST_DESCRIPTORS
      ? { kind, addresses: [second, third, fourth].filter(isAddress), count: first }
      : ELSEWHERE;
  return first < MOST_ADDRESS && second <= MOST_DESCRIPTORS ? { kind, address: first, count: second } : ELSEWHERE;
}

function isAddress(argument: number): boolean {
  return argument > 0 && argument < MOST_ADDRESS;
}

const POLLFD_BYTES = 8;

/** How many bytes of memory say what poll(2) or select(2) waits for: of the one array, or of each of up to three sets. */
export function bytesOfSet(call: Extract<TaskCall, { kind: 'poll' | 'select' }>): number {
  return call.kind === 'poll' ? call.count * POLLFD_BYTES : Math.ceil(call.count / 64) * 8;
}

/** The descriptors of an array of `struct pollfd`; a negative one is left out, as the kernel does. */
export function parsePollfds(bytes: Uint8Array): number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const fds: number[] = [];
  for (let at = 0; at + POLLFD_BYTES <= bytes.length; at += POLLFD_BYTES) {
    const fd = view.getInt32(at, true);
    if (fd >= 0) fds.push(fd);
  }
  return fds;
}

/** The descriptors of an `fd_set`: one bit each, words little-endian. */
export function parseFdSet(bytes: Uint8Array): number[] {
  const fds: number[] = [];
  for (const [at, byte] of bytes.entries())
    for (let bit = 0; byte >>> bit !== 0; bit++) if (((byte >>> bit) & 1) === 1) fds.push(at * 8 + bit);
  return fds;
}
