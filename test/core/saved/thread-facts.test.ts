import { describe, expect, it } from 'vitest';
import { inspectFiles } from '../../../src/core/saved/inspect-files.ts';
import { readNamed } from '../../../src/core/saved/read-named.ts';
import { NO_STACKS } from '../../../src/core/saved/stack-evidence.ts';

const LISTING = ['/proc/7/fd:', 'total 0', 'lrwx------ 1 root root 64 Nov 25 20:01 5 -> socket:[4711]'].join('\n');
const BACKTRACE = [
  'Thread 2 (Thread 0x7ffff37f76c0 (LWP 9) "worker"):',
  '#0  0x00007ffff78f0f05 in __libc_recv (fd=5) at ../sysdeps/unix/sysv/linux/recv.c:28',
  '#1  0x0000555555555079 in serve (fd=5) at relay.c:53',
].join('\n');
/** 45 is recvfrom on x86-64, and no call on a descriptor elsewhere. */
const SYSCALL = '45 0x5 0x7ffd1a2b 0x1000 0x0 0x0 0x0 0x7ffd1a2b3c40 0x7f1234567890\n';
/** The first 20 bytes of a program, as od prints them: of x86-64, of arm64, of 32 bits. */
const X86_64 = ' 7f 45 4c 46 02 01 01 00 00 00 00 00 00 00 00 00\n 03 00 3e 00\n';
const ARM64 = '7f454c460201010000000000000000000300b700\n';
const I386 = '7f454c4601010100000000000000000003000300\n';

function matchesOf(head: string | null, nspid = '7'): readonly unknown[] {
  const files = [
    ['capture/proc/7/fd.txt', LISTING],
    ['capture/proc/7/status', `Name:\trelay\nTgid:\t7\nPid:\t7\nNSpid:\t${nspid}\nThreads:\t2\n`],
    ['capture/proc/7/task/9/syscall', SYSCALL],
    ['bt.txt', BACKTRACE],
    ...(head === null ? [] : [['capture/proc/7/exe-head.txt', head] as const]),
  ].map(([name = '', text = '']) => ({ name, saved: readNamed(name, text) }));
  const outcome = inspectFiles(files, 'files', { pid: null, stacks: NO_STACKS, version: '0' });
  if (outcome.kind !== 'inspected') throw new Error(outcome.because);
  return (outcome.inspection.stacks?.matches ?? []).filter(({ by }) => by === 'thread');
}

describe('threads of a saved process', () => {
  it('are matched with the descriptor that they waited on', () => {
    expect(matchesOf(X86_64)).toMatchObject([{ by: 'thread', tids: [9], fds: [5], at: { file: 'relay.c', line: 53 } }]);
  });

  it.each([
    ['the numbers of calls mean something else', ARM64, '7'],
    ['the program has 32 bits', I386, '7'],
    ['nothing tells what they mean', null, '7'],
    ['a dump may number threads by another namespace', X86_64, '7\t1'],
  ])('are not where %s', (_, head, nspid) => {
    expect(matchesOf(head, nspid)).toEqual([]);
  });
});
