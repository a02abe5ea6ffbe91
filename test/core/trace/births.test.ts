import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BirthLog } from '../../../src/core/model/birth.ts';
import { parseBpftraceBirths } from '../../../src/core/parse/bpftrace-births.ts';
import { StraceBirths } from '../../../src/core/parse/strace-births.ts';
import { toBpftraceProgram } from '../../../src/core/trace/bpftrace-program.ts';
import { toSurvivors } from '../../../src/core/trace/to-trace.ts';
import { aDescriptor } from '../../inspection-builder.ts';
import { fixture } from '../../lines.ts';

const PID = 7291;
const EXE = '/srv/relay/relay';
/** What the captured program had open at the end, beside what it began with. */
const OPEN = [...Array(16).keys(), 90, 251];
const open = OPEN.map((fd) => aDescriptor({ fd }));
const numbers = { before: new Set([0, 1, 2, 251]), atEnd: new Set(OPEN) };
const byStrace = (text: string): BirthLog => {
  const births = new StraceBirths(PID, [PID]);
  for (const line of text.split('\n')) births.read(line);
  return births.end();
};
const survivorsOf = (log: BirthLog) => toSurvivors(log, { open, numbers, exe: EXE });

describe.each([
  ['strace', byStrace(fixture('trace/strace.txt'))],
  ['bpftrace', parseBpftraceBirths(fixture('trace/bpftrace.json'))],
])('births by %s', (_, log) => {
  it('names the call of each descriptor that stayed, of all threads, and none of a child', () => {
    const { sites, stayed, unseen } = survivorsOf(log);
    expect(stayed).toBe(14);
    expect(unseen).toEqual([]);
    const calls = sites.flatMap(({ call, fds }) => fds.map((fd) => [fd, call]));
    expect(Object.fromEntries(calls)).toMatchObject({ 3: 'openat', 90: 'dup2' });
    expect(calls.filter(([, call]) => call === 'socketpair')).toHaveLength(2);
    expect(calls.filter(([, call]) => call === 'pipe2')).toHaveLength(4);
    expect(calls.filter(([, call]) => call === 'openat')).toHaveLength(7);
  });

  it('counts every birth, also of what was closed again', () => {
    // 14 files, 4 pipes and a pair of sockets with two ends each, 4 duplicates by each of two calls.
    expect(log.opened).toBe(32);
    expect(log.sites.reduce((sum, { count }) => sum + count, 0)).toBe(log.opened);
  });
});

describe('stacks', () => {
  it('of strace lead to the function that leaks, first of all', () => {
    const [first] = survivorsOf(byStrace(fixture('trace/strace.txt'))).sites;
    expect(first).toMatchObject({ call: 'openat', stayed: 4, opened: 4, at: { function: 'leak_one' } });
  });

  it('of bpftrace end in a libc without frame pointers, and are not said to reach the program', () => {
    const { sites } = survivorsOf(parseBpftraceBirths(fixture('trace/bpftrace.json')));
    expect(sites.find(({ call }) => call === 'openat')?.at).toBeNull();
  });

  it('of an interpreter are never those of the program', () => {
    const log = byStrace(
      'accept4(3, NULL) = 9\n > /usr/bin/node(uv__accept+0x1) [0x11]\n > /usr/bin/node(uv_run+0x1) [0x12]',
    );
    const [site] = toSurvivors(log, { open: [aDescriptor({ fd: 9 })], numbers, exe: '/usr/bin/node' }).sites;
    expect(site).toMatchObject({
      call: 'accept4',
      at: null,
      frames: [{ function: 'uv__accept' }, { function: 'uv_run' }],
    });
  });
});

describe('the output of strace', () => {
  it.each([
    ['a call that failed', 'openat(AT_FDCWD, "/x", O_RDONLY) = -1 ENOENT (No such file or directory)', 0],
    ['an argument that looks like a result', 'openat(AT_FDCWD, "a) = 7", O_RDONLY) = 9', 1],
    ['a descriptor with its path', 'openat(AT_FDCWD</>, "/x", O_RDONLY) = 9</x>', 1],
    ['fcntl that makes none', 'fcntl(3, F_GETFL) = 0x8002 (flags O_RDWR|O_LARGEFILE)', 0],
    ['fcntl that makes one', 'fcntl(3, F_DUPFD_CLOEXEC, 0) = 9', 1],
    [
      'a call broken in two',
      '[pid 7291] accept4(3, <unfinished ...>\n[pid 7291] <... accept4 resumed>NULL, NULL, 0) = 9',
      1,
    ],
    ['a call by a child', 'clone(child_stack=NULL, flags=SIGCHLD) = 77\n[pid 77] dup(1) = 9', 0],
    ['an exit', '+++ exited with 0 +++', 0],
  ])('with %s', (_, text, opened) => {
    expect(byStrace(text).opened).toBe(opened);
  });

  it('knows a number that another thread is given before its close is told to have ended', () => {
    const { alive } = byStrace(
      [
        '[pid 100] close(5 <unfinished ...>',
        '[pid 101] accept4(3, NULL, NULL, 0) = 5',
        '[pid 100] <... close resumed>) = 0',
      ].join('\n'),
    );
    expect([...alive.keys()]).toEqual([5]);
  });

  it('forgets at exec what was to be closed then, and nothing else', () => {
    const { alive, executed } = byStrace(
      [
        'openat(AT_FDCWD, "/a", O_RDONLY|O_CLOEXEC) = 5',
        'openat(AT_FDCWD, "/b", O_RDONLY) = 6',
        'openat(AT_FDCWD, "/c", O_RDONLY) = 7',
        'fcntl(7, F_SETFD, FD_CLOEXEC) = 0',
        'openat(AT_FDCWD, "/d", O_RDONLY|O_CLOEXEC) = 8',
        'fcntl(8, F_SETFD, 0) = 0',
        'execve("/x", ["x"], 0x0 /* 1 var */) = 0',
        'openat(AT_FDCWD, "/e", O_RDONLY|O_CLOEXEC) = 5',
      ].join('\n'),
    );
    expect([executed, new Set(alive.keys())]).toEqual([true, new Set([5, 6, 8])]);
  });

  it('names functions of C++ and Rust as they are', () => {
    const { alive } = byStrace(
      String.raw`openat(AT_FDCWD, "/a", O_RDONLY) = 5` + '\n' + String.raw` > /srv/a\x3ab(std\x3a\x3aopen+0x1) [0x11]`,
    );
    expect(alive.get(5)?.frames).toMatchObject([{ function: 'std::open', module: '/srv/a:b' }]);
  });

  it('keeps what strace complains of', () => {
    expect(byStrace('strace: attach: ptrace(PTRACE_SEIZE, 1): Operation not permitted').complaints).toEqual([
      'attach: ptrace(PTRACE_SEIZE, 1): Operation not permitted',
    ]);
  });

  it('of any kind ends in no error, and in no more survivors than births', () => {
    const lines = fixture('trace/strace.txt').split('\n');
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.constantFrom(...lines), fc.string())), (some) => {
        const { alive, opened } = byStrace(some.join('\n'));
        expect(alive.size).toBeLessThanOrEqual(opened);
        expect(parseBpftraceBirths(some.join('\n')).opened).toBe(0);
      }),
    );
  });
});

it('what bpftrace saw closed by close_range is forgotten, but not what was made after it', () => {
  const map = (data: unknown) => `{"type": "map", "data": ${JSON.stringify(data)}}`;
  const text = [
    map({ '@birth': { 5: [1, 100], 6: [1, 300], 7: [1, 100] } }),
    map({ '@first': { 200: 3 } }),
    map({ '@last': { 200: 6 } }),
    map({ '@executed': 0 }),
  ];
  expect([...parseBpftraceBirths(text.join('\n')).alive.keys()]).toEqual([6, 7]);
});

it('adds up what threads made in the same stack: bpftrace prints a count for each, under one key', () => {
  const key = JSON.stringify('7,\n\t4403a2 serve+81 (/usr/bin/relay)\n');
  const { opened, sites } = parseBpftraceBirths(`{"type": "map", "data": {"@sites": {${key}: 4, ${key}: 2}}}`);
  expect([opened, sites.map(({ frames }) => frames[0]?.function)]).toEqual([6, ['serve', 'serve']]);
});

it('births without stacks keep call and count, and say what close_range leaves open', () => {
  const text = [
    '{"type": "map", "data": {"@birth": {"5": 1, "6": 7}}}',
    '{"type": "map", "data": {"@sites": {"1": 20, "7": 3}}}',
    '{"type": "map", "data": {"@ranged": 1}}',
    '{"type": "map", "data": {"@executed": 0}}',
  ];
  const { alive, opened, sites, complaints } = parseBpftraceBirths(text.join('\n'));
  expect([...alive]).toEqual([
    [5, { call: 'openat', frames: [] }],
    [6, { call: 'accept', frames: [] }],
  ]);
  expect([opened, sites.map(({ count }) => count)]).toEqual([23, [20, 3]]);
  expect(complaints).toEqual([expect.stringContaining('close_range was called')]);
});

it('what was born before an exec keeps its call, and no stack: bpftrace would name it after the program that came then', () => {
  const stack = '\n\t7f6065 serve+81 (/usr/bin/relay)\n';
  const text = [
    `{"type": "map", "data": ${JSON.stringify({ '@birth': { 5: [1, 100, stack], 6: [1, 300, stack] } })}}`,
    '{"type": "map", "data": {"@replaced": 200}}',
    '{"type": "map", "data": {"@executed": 1}}',
  ];
  const { alive, executed } = parseBpftraceBirths(text.join('\n'));
  expect([executed, alive.get(5), alive.get(6)]).toMatchObject([
    true,
    { call: 'openat', frames: [] },
    { call: 'openat', frames: [{ function: 'serve' }] },
  ]);
});

it('counts of bpftrace that were never printed are not taken for none', () => {
  expect(parseBpftraceBirths('{"type": "printf", "data": "ready\\n"}\n').isWhole).toBe(false);
  expect(parseBpftraceBirths(fixture('trace/bpftrace.json')).isWhole).toBe(true);
});

it('the program of bpftrace names no tracepoint that the kernel does not have', () => {
  const names = new Set([
    'sys_enter_openat',
    'sys_exit_openat',
    'sys_enter_close',
    'sys_exit_close',
    'sys_enter_pipe2',
  ]);
  const program = toBpftraceProgram({ pid: PID, available: names, walksStacks: false });
  const used = [...program.matchAll(/tracepoint:syscalls:(\w+)/g)].map(([, name]) => name);
  expect(new Set(used)).toEqual(new Set(['sys_exit_openat', 'sys_enter_close']));
  expect(program).toContain(`pid == ${PID}`);
  expect(program).not.toContain('ustack');
});
