import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytesOfSet, parseFdSet, parsePollfds, parseTaskSyscall } from '../../../src/core/parse/task-syscall.ts';

const line = (number: number, ...args: readonly number[]): string =>
  `${[`${number}`, ...[...args, 0, 0, 0, 0, 0, 0].slice(0, 6).map((one) => `0x${one.toString(16)}`)].join(' ')} 0x7ffd1a2b3c40 0x7f1234567890\n`;

describe('parseTaskSyscall', () => {
  it.each([
    [288, [3], { kind: 'descriptor', call: 'accept', fd: 3 }],
    [43, [3], { kind: 'descriptor', call: 'accept', fd: 3 }],
    [45, [7], { kind: 'descriptor', call: 'receive', fd: 7 }],
    [0, [5], { kind: 'descriptor', call: 'read', fd: 5 }],
    [1, [1], { kind: 'descriptor', call: 'write', fd: 1 }],
    [232, [9], { kind: 'epoll', fd: 9 }],
    [281, [9], { kind: 'epoll', fd: 9 }],
    [441, [9], { kind: 'epoll', fd: 9 }],
    [7, [0x7ffd0000, 2], { kind: 'poll', address: 0x7ffd0000, count: 2 }],
    [271, [0x7ffd0000, 2], { kind: 'poll', address: 0x7ffd0000, count: 2 }],
    [23, [65, 0x1000, 0, 0x2000], { kind: 'select', addresses: [0x1000, 0x2000], count: 65 }],
    [270, [65, 0x1000], { kind: 'select', addresses: [0x1000], count: 65 }],
    [202, [0x7f00], { kind: 'elsewhere' }],
    [219, [], { kind: 'elsewhere' }],
    [9999, [3], { kind: 'elsewhere' }],
  ])('reads call %d of x86-64', (number, args, expected) => {
    expect(parseTaskSyscall(line(number, ...args), 'x86-64')).toEqual(expected);
  });

  it('reads the numbers of the process’s own machine', () => {
    expect(parseTaskSyscall(line(202, 3), 'generic')).toEqual({ kind: 'descriptor', call: 'accept', fd: 3 });
    expect(parseTaskSyscall(line(22, 3), 'generic')).toEqual({ kind: 'epoll', fd: 3 });
    expect(parseTaskSyscall(line(288, 3), null)).toEqual({ kind: 'elsewhere' });
  });

  it('takes a thread that runs, or blocks outside of a call, for elsewhere', () => {
    expect(parseTaskSyscall('running\n', 'x86-64')).toEqual({ kind: 'elsewhere' });
    expect(parseTaskSyscall('-1 0x7ffd1a2b3c40 0x7f1234567890\n', 'x86-64')).toEqual({ kind: 'elsewhere' });
  });

  it.each(['', 'walking', '288', '288 0x3', '288 3 0 0 0 0 0 0 0', '-2 0x1 0x2'])('does not guess at %j', (text) => {
    expect(parseTaskSyscall(text, 'x86-64')).toBeNull();
  });

  it('takes no number that cannot be a descriptor for one', () => {
    const huge = line(0).replace('0x0', '0xffffffffffffffff');
    expect(parseTaskSyscall(huge, 'x86-64')).toEqual({ kind: 'elsewhere' });
  });

  it('never throws', () => {
    fc.assert(fc.property(fc.string(), (text) => void parseTaskSyscall(text, 'x86-64')));
  });
});

describe('what poll and select wait for', () => {
  it('reads the array of poll without what is negative', () => {
    const bytes = Buffer.alloc(24);
    [3, -1, 900].forEach((fd, at) => bytes.writeInt32LE(fd, at * 8));
    expect(bytesOfSet({ kind: 'poll', address: 1, count: 3 })).toBe(24);
    expect(parsePollfds(bytes)).toEqual([3, 900]);
  });

  it('reads a set of select bit by bit, whole words of it', () => {
    expect(bytesOfSet({ kind: 'select', addresses: [1], count: 65 })).toBe(16);
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(1023)), (fds) => {
        const bytes = Buffer.alloc(128);
        for (const fd of fds) bytes[fd >> 3] = (bytes[fd >> 3] ?? 0) | (1 << (fd & 7));
        expect(parseFdSet(bytes)).toEqual([...fds].sort((a, b) => a - b));
      }),
    );
  });
});
