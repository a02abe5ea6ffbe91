import { describe, expect, it } from 'vitest';
import { parseFaulthandler } from '../../../../src/core/parse/stacks/faulthandler.ts';
import { parseGdb } from '../../../../src/core/parse/stacks/gdb.ts';
import { parseGoroutineDump } from '../../../../src/core/parse/stacks/goroutine-dump.ts';
import { parseGoroutineProfile } from '../../../../src/core/parse/stacks/goroutine-profile.ts';
import { parseJstack } from '../../../../src/core/parse/stacks/jstack.ts';
import { toStacksOfPprof } from '../../../../src/core/parse/stacks/pprof.ts';
import { parsePySpy } from '../../../../src/core/parse/stacks/py-spy.ts';
import type { Stacks } from '../../../../src/core/model/stacks.ts';
import { findOwnFrame, findSuspect, toPlaceName } from '../../../../src/core/parse/stacks/stacks.ts';
import { readSaved } from '../../../../src/core/saved/read-saved.ts';
import { fixture } from '../../../lines.ts';

const lines = (text: string): readonly string[] => text.split('\n');
const suspectOf = (stacks: Stacks | null): string | null => {
  const frames = stacks === null ? [] : (findSuspect(stacks)?.frames ?? []);
  const frame = findOwnFrame(frames) ?? frames[0];
  return frame === undefined ? null : toPlaceName(frame);
};

describe('faulthandler of Python', () => {
  it('finds the line of the program, and takes no number of Python for a thread of the system', () => {
    const text = fixture('trace/faulthandler.txt');
    const stacks = parseFaulthandler(lines(text));
    expect(stacks).toMatchObject({ source: 'faulthandler', total: 4 });
    expect(stacks?.groups[0]).toMatchObject({ count: 3, threads: [] });
    expect(suspectOf(stacks)).toBe('wait.py:3');
    expect(readSaved(text)).toMatchObject({ parts: [{ tool: 'faulthandler' }], unrecognised: [] });
  });
});

describe('py-bt of gdb', () => {
  it('finds the line of the program below the libraries that it waits in, and the threads', () => {
    const stacks = parseGdb(lines(fixture('trace/gdb-py-bt.txt')));
    expect(stacks?.total).toBe(13);
    expect(stacks?.groups[0]).toMatchObject({ count: 12 });
    expect(stacks?.groups[0]?.threads).toHaveLength(12);
    expect(suspectOf(stacks)).toBe('leak.py:4');
  });
});

describe('names', () => {
  it.each([
    ['accept_client', true],
    ['read_config', true],
    ['write', false],
    ['recv@plt', false],
    ['std::sync::mutex::Mutex::lock', false],
    ['<std::net::tcp::TcpListener>::accept', false],
    ['leak::wait_for_service', true],
    ['net/http.(*conn).serve', false],
    ['netproxy.serve', true],
  ])('%s is the program: %s', (name, isOwn) => {
    expect(findOwnFrame([{ function: name, file: null, line: null }]) !== null).toBe(isOwn);
  });
});

describe('goroutine profiles', () => {
  it('finds the 40 goroutines of the leaking daemon, and where they wait', () => {
    const stacks = parseGoroutineProfile(lines(fixture('gshell/2-after-90s/goroutine-debug1.txt')));
    expect(stacks).toMatchObject({ total: 75, saysLeaked: false });
    expect(stacks?.groups[0]).toMatchObject({ count: 40 });
    expect(suspectOf(stacks)).toBe('builtinservices.go:199');
  });

  it('finds the same in the dump of each goroutine, with ids and waits', () => {
    const stacks = parseGoroutineDump(lines(fixture('gshell/2-after-90s/goroutine-debug2.txt')));
    const [first] = stacks!.groups;
    expect(stacks!.total).toBe(75);
    expect(first).toMatchObject({ count: 40, state: 'chan receive', waitingMinutes: { least: 1, most: 1 } });
    expect(first!.threads).toHaveLength(40);
    expect(first!.createdBy?.function).toContain('.(*streamTransport).receiver');
    expect(suspectOf(stacks)).toBe('builtinservices.go:199');
  });

  it('counts as many goroutines in each group as there are', () => {
    for (const moment of ['0-healthy', '2-after-90s', 'fixed-2-after-80s']) {
      const { total, groups } = parseGoroutineProfile(lines(fixture(`gshell/${moment}/goroutine-debug1.txt`)))!;
      expect(groups.reduce((sum, { count }) => sum + count, 0)).toBe(total);
    }
  });

  it.each([
    ['without # and tabs', '        0x59e6d1 hub.(*relay).serve.func3+0x1b1 /src/hub/relay.go:199'],
    ['wrapped', '#\t0x59e6d1\thub.(*relay).serve.func3+0x1b1\t/src/hu\nb/relay.go:199'],
    ['wrapped in its number', '#\t0x59e6d1\thub.(*relay).serve.func3+0x1b1\t/src/hub/relay.go:1\n99'],
  ])('reads a frame %s', (_, frame) => {
    const stacks = parseGoroutineProfile(lines(`goroutine profile: total 3\n3 @ 0x43a7f6 0x4\n06cdb\n${frame}\n`));
    expect(stacks?.groups[0]?.frames).toEqual([
      { function: 'hub.(*relay).serve.func3', file: '/src/hub/relay.go', line: 199 },
    ]);
  });

  it('knows goroutines that the runtime itself calls leaked', () => {
    const stacks = parseGoroutineProfile(
      lines('goroutineleak profile: total 2\n2 @ 0x1 0x2\n#\t0x1\tmain.wait+0x1\t/a/b.go:7\n'),
    );
    expect(stacks).toMatchObject({ total: 2, saysLeaked: true });
  });

  it('reads what SIGQUIT prints, registers and all', () => {
    const stacks = parseGoroutineDump(
      lines(
        [
          'SIGQUIT: quit',
          'PC=0x46a7e1 m=0 sigcode=0',
          '',
          'goroutine 0 gp=0x5a1c80 m=0 mp=0x5a2520 [idle]:',
          'runtime.futex(0x5a26b8, 0x80, 0x0)',
          '\t/usr/local/go/src/runtime/sys_linux_amd64.s:557 +0x21 fp=0x7ffc sp=0x7ffb pc=0x46a7e1',
          '',
          'goroutine 7 gp=0xc000 m=nil [select, 12 minutes, locked to thread]:',
          'example.com/hub.(*pool).wait(...)',
          '\t/src/hub/pool.go:54',
          'created by main.main in goroutine 1',
          '\t/src/hub/main.go:12 +0x20',
          '',
          'rax    0xca',
        ].join('\n'),
      ),
    );
    expect(stacks?.total).toBe(2);
    expect(stacks?.groups.find(({ threads }) => threads[0] === 7)).toMatchObject({
      state: 'select',
      waitingMinutes: { least: 12, most: 12 },
      frames: [{ function: 'example.com/hub.(*pool).wait', file: '/src/hub/pool.go', line: 54 }],
      createdBy: { function: 'main.main', file: '/src/hub/main.go', line: 12 },
    });
  });

  it('puts samples of a protobuf profile with the same stack together', () => {
    const frames = [{ function: 'main.wait', file: 'a.go', line: 7 }];
    const samples = [
      { value: 2, frames },
      { value: 40, frames },
    ];
    expect(toStacksOfPprof({ sampleType: 'goroutine', samples })).toMatchObject({ total: 42, groups: [{ count: 42 }] });
    expect(toStacksOfPprof({ sampleType: 'inuse_space', samples })).toBeNull();
  });
});

describe('thread dumps', () => {
  it('reads threads of a newer Java, whose nid is decimal', () => {
    const text = [
      '"main" #1 [4242] prio=5 os_prio=0 cpu=61.21ms elapsed=9.01s tid=0x00007f nid=4242 waiting on condition  [0x00007f]',
      '   java.lang.Thread.State: TIMED_WAITING (sleeping)',
      '\tat java.lang.Thread.sleep0(java.base@21.0.1/Native Method)',
      '\tat com.example.App.serve(App.java:12)',
      '',
      '"GC Thread#0" os_prio=0 cpu=2.11ms elapsed=9.02s tid=0x00007f nid=4243 runnable',
    ].join('\n');
    const stacks = parseJstack(lines(text))!;
    expect(stacks.groups.map(({ threads, names, state }) => [threads, names, state])).toEqual([
      [[4242], ['main'], 'TIMED_WAITING'],
      [[4243], ['GC Thread#0'], null],
    ]);
    expect(suspectOf(stacks)).toBe('App.java:12');
  });

  it('reads the thread of an older Java in hexadecimal', () => {
    const stacks = parseJstack(lines(fixture('saved/75-jstack-8.txt')))!;
    expect(stacks.groups.flatMap(({ threads }) => threads)).toEqual([0x2dc4, 0x2dc0, 0x2d99]);
  });

  it('reads a dump of py-spy', () => {
    const text = [
      'Process 42: python3 /srv/app.py',
      'Python v3.11.2 (/usr/bin/python3.11)',
      '',
      'Thread 42 (idle): "MainThread"',
      '    select (selectors.py:415)',
      '    serve_forever (/srv/app/relay.py:12)',
      'Thread 43 (active+gil): "worker"',
      '    recv_into (socket.py:705)',
      '    fetch (/srv/app/feed.py:88)',
    ].join('\n');
    const stacks = parsePySpy(lines(text))!;
    expect(stacks).toMatchObject({ pid: 42, total: 2 });
    expect(stacks.groups[1]).toMatchObject({ threads: [43], names: ['worker'], state: 'active+gil' });
    expect(suspectOf(stacks)).toBe('feed.py:88');
  });

  it('reads backtraces of gdb, whose arguments may go on in the next line', () => {
    const text = [
      'Thread 2 (Thread 0x7ffff37f76c0 (LWP 30790) "relay"):',
      '#0  0x00007ffff78f0f05 in __libc_recv (fd=9, buf=0x7f) at ../sysdeps/recv.c:28',
      '#1  0x0000555555555079 in serve (fd=9,',
      '    name=0x1 "x") at src/relay.c:53',
      '#2  0x00007ffff7ce8964 in ?? () from /usr/lib/libc.so.6',
      '',
      'Thread 1 (LWP 30789):',
      '#0  main () at src/main.c:3',
    ].join('\n');
    const stacks = parseGdb(lines(text))!;
    expect(stacks.total).toBe(2);
    expect(stacks.groups[0]?.threads).toEqual([30_790]);
    expect(stacks.groups[0]?.frames[1]).toEqual({ function: 'serve', file: 'src/relay.c', line: 53 });
    expect(suspectOf(stacks)).toBe('relay.c:53');
  });
});
