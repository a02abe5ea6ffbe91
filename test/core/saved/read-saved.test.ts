import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readSaved } from '../../../src/core/saved/read-saved.ts';
import { summarise } from '../../../src/core/saved/summarise.ts';
import { fixture } from '../../lines.ts';

interface Truth {
  readonly tool?: string;
  readonly refuse?: string;
  readonly notes?: readonly string[];
  readonly [field: string]: unknown;
}

const truth: Record<string, Truth> = JSON.parse(fixture('saved/truth.json'));
const read = (...lines: readonly string[]) => readSaved(`${lines.join('\n')}\n`);

describe('readSaved of real and pasted listings', () => {
  it.each(Object.keys(truth))('says of %s what it says, and no more', (file) => {
    const saved = readSaved(fixture(`saved/${file}`));
    const [part] = saved.parts;
    const { tool, refuse, notes: _, ...facts } = truth[file]!;
    expect(saved.unrecognised).toEqual([]);
    expect(saved.parts).toHaveLength(1);
    if (refuse === undefined) {
      expect(part!.tool).toBe(tool);
      expect(summarise(part!)).toMatchObject(facts);
    } else {
      expect(part!.content).toMatchObject({ kind: 'refused' });
    }
  });

  it.each(['0-healthy', '2-after-90s', 'fixed-2-after-80s'])('reads every file of the capture %s', (moment) => {
    const files = [
      'limits',
      'lsof',
      'netstat-apn',
      'proc-fd',
      'proc-net-tcp',
      'proc-net-tcp6',
      'proc-net-unix',
      'status',
    ];
    for (const file of [...files, 'ss-tanpe', 'lsof-from-other-netns', 'proc-fdinfo'])
      expect(readSaved(fixture(`gshell/${moment}/${file}.txt`)).unrecognised, file).toEqual([]);
  });

  it('counts 40 TCP sockets in no table of the leaking daemon, and none of the healthy one', () => {
    const unlisted = ['0-healthy', '2-after-90s', 'fixed-2-after-80s'].map(
      (moment) => summarise(readSaved(fixture(`gshell/${moment}/lsof.txt`)).parts[0]!).unlistedTcp,
    );
    expect(unlisted).toEqual([0, 40, 0]);
  });

  it('reads the published listing, its columns narrowed: 14 TCPv6 sockets in no table, and 19 others', () => {
    const lsof = readSaved(fixture('seed/lsof.txt'));
    const netstat = readSaved(fixture('seed/netstat.txt'));
    expect(summarise(lsof.parts[0]!)).toMatchObject({ pids: [3_597_864], sockets: 33, unlistedTcp: 14 });
    expect(summarise(netstat.parts[0]!)).toMatchObject({ pids: [3_597_864], sockets: 19 });
  });
});

describe('readSaved of several listings in one paste', () => {
  it('tells them apart by prompts and headings, with their lines', () => {
    const { parts, unrecognised } = read(
      'root@box:~# lsof -p 7',
      'COMMAND PID USER   FD   TYPE DEVICE SIZE/OFF NODE NAME',
      'app       7 root    3u  sock    0,9      0t0 4711 protocol: TCPv6',
      'root@box:~# cat /proc/7/limits',
      'Limit                     Soft Limit           Hard Limit           Units     ',
      'Max open files            1024                 4096                 files     ',
      'root@box:~# ls /proc/7/fd | wc -l',
      '12',
      'root@box:~#',
    );
    expect(parts.map(({ tool, firstLine, lastLine, pids }) => [tool, firstLine, lastLine, pids])).toEqual([
      ['lsof', 2, 3, [7]],
      ['proc-limits', 5, 6, [7]],
      ['count', 8, 8, [7]],
    ]);
    expect(unrecognised).toEqual([]);
  });

  it('names the lines that nothing knows', () => {
    expect(read('Hello,', 'see below:', '', 'app 7 root 3u sock 0,9 0t0 4711 protocol: TCP').unrecognised).toEqual([
      1, 2,
    ]);
  });

  it.each([
    ['quoted in mail', (line: string) => `> ${line}`],
    ['with carriage returns', (line: string) => `${line}\r`],
    ['with entities', (line: string) => line.replaceAll('>', '&gt;')],
    ['with non-breaking blanks', (line: string) => line.replaceAll(' ', '\u00A0')],
    ['in colours', (line: string) => `\u001B[01;36m${line}\u001B[0m`],
    ['with escaped stars', (line: string) => line.replaceAll('*', String.raw`\*`)],
  ])('reads a listing %s', (_, damage) => {
    const lines = [
      'app 7 root 3u IPv4 12 0t0 TCP 10.0.0.1:80->10.0.0.2:81 (CLOSE_WAIT)',
      'app 7 root 4u IPv4 13 0t0 TCP *:80 (LISTEN)',
    ];
    expect(summarise(read(...lines.map(damage)).parts[0]!).states).toEqual({ CLOSE_WAIT: 1, LISTEN: 1 });
  });
});

describe('readSaved of fdinfo', () => {
  const info = ['pos:\t0', 'flags:\t02', 'mnt_id:\t16', 'ino:\t1038'];
  const tfd = 'tfd:        4 events:       19 data:                4  pos:0 ino:cf5e8a sdev:9';

  it.each([
    ['tail prints', (fd: number) => `==> /proc/7/fdinfo/${fd} <==`],
    ['a loop echoes', (fd: number) => `/proc/7/fdinfo/${fd}`],
  ])('takes the numbers from the names that %s', (_, toName) => {
    const { parts, unrecognised } = read(
      '$ tail -n +1 /proc/7/fdinfo/*',
      toName(3),
      ...info,
      '',
      toName(5),
      ...info,
      tfd,
    );
    expect(unrecognised).toEqual([]);
    expect(parts).toMatchObject([
      {
        tool: 'proc-fdinfo',
        pids: [7],
        content: {
          rows: 2,
          infos: [
            { fd: 3, targets: [] },
            { fd: 5, targets: [{ fd: 4, inode: '13590154' }] },
          ],
        },
      },
    ]);
  });

  it('takes the number of one from the command, and none from nowhere', () => {
    expect(read('$ cat /proc/7/fdinfo/5', ...info, tfd).parts).toMatchObject([{ content: { infos: [{ fd: 5 }] } }]);
    expect(read(...info, tfd).parts).toMatchObject([{ content: { rows: 1, infos: [] } }]);
  });
});

describe('readSaved of JSON that was cut', () => {
  it.each(['64-lsfd-2.43.json', '17-lsfd-2.38.json', '79-node-report.json'])('reads what is whole of %s', (file) => {
    const text = fixture(`saved/${file}`);
    const whole = summarise(readSaved(text).parts[0]!);
    const cut = readSaved(`${text.slice(0, Math.floor(text.length * 0.6))}\n$ cat /proc/7/limits\n`);
    const [part] = cut.parts;
    expect(part).toMatchObject({
      isWhole: false,
      partial: expect.arrayContaining([expect.stringContaining('was cut')]),
    });
    const { rows } = summarise(part!);
    expect(rows).toBeGreaterThan(5);
    expect(rows).toBeLessThan(whole.rows ?? 0);
    expect(cut.unrecognised).toEqual([]);
  });

  it('counts the last line, where no newline follows it', () => {
    const text = `$ lsfd -J\n${fixture('saved/64-lsfd-2.43.json').trimEnd()}`;
    const { parts, otherLines } = readSaved(text);
    expect(parts.reduce((sum, { lines: mine }) => sum + mine, otherLines)).toBe(text.split('\n').length);
  });

  it('leaves what no whole object is in', () => {
    expect(read('{"lsfd": [', '{"command": "app", "pid"')).toMatchObject({ parts: [], unrecognisedCount: 2 });
  });
});

describe('readSaved of more rows than a process has descriptors', () => {
  const row = (pid: number, fd: number) => `app ${pid} root ${fd}u sock 0,9 0t0 ${fd + 9} protocol: TCPv6`;

  it('reads 80,000 of one process, counts the rest, and reads every other process', () => {
    const rows = [...Array.from({ length: 80_009 }, (_, fd) => row(7, fd)), row(8, 3)];
    const { parts, otherLines } = readSaved(`${rows.join('\n')}\n`);
    expect(parts).toMatchObject([{ lines: 80_010, lastLine: 80_010, isWhole: false }]);
    expect(otherLines).toBe(0);
    expect(parts[0]!.partial).toContainEqual(expect.stringMatching(/^9 rows were counted, not read/));
    expect(summarise(parts[0]!).descriptors).toEqual({ 7: 80_000, 8: 1 });
  });
});

describe('readSaved of more rows than are read of all processes', () => {
  const row = (pid: number) => `app ${pid} root 3u sock 0,9 0t0 ${pid} protocol: TCPv6`;
  const text = Array.from({ length: 90_000 }, (_, at) => row(at + 1)).join('\n');

  it('reads the process that was asked for, however late it comes, and names all of them', () => {
    const [part] = readSaved(text, { pid: 89_999 }).parts;
    expect(part).toMatchObject({ lines: 90_000, isWhole: false });
    expect(part!.pids).toHaveLength(90_000);
    expect(summarise(part!).descriptors).toMatchObject({ 89999: 1 });
  });
});

describe('readSaved of text in pieces', () => {
  const texts = Object.keys(truth).map((file) => fixture(`saved/${file}`));

  it('reads the same as of the whole, wherever a piece ends', () => {
    fc.assert(
      fc.property(fc.constantFrom(...texts), fc.integer({ min: 1, max: 5000 }), (text, size) => {
        const pieces = Array.from({ length: Math.ceil(text.length / size) }, (_, at) =>
          text.slice(at * size, (at + 1) * size),
        );
        expect(readSaved(pieces)).toEqual(readSaved(text));
      }),
    );
  });

  it('keeps the beginning of a line of 100 MB', () => {
    const pieces = Array.from({ length: 100 }, () => 'x'.repeat(1 << 20));
    expect(readSaved([...pieces, '\nl'])).toMatchObject({ otherLines: 2, unrecognised: [1, 2] });
  });
});

describe('readSaved of JSON', () => {
  it.each([
    ['nested without end', '['.repeat(1 << 20)],
    ['of one string', `{"a":"${'y'.repeat(17 << 20)}`],
  ])('%s needs no memory to speak of, and the lines after it are read', (_, line) => {
    const { parts } = readSaved(
      `${line}\n$ cat /proc/7/limits\nMax open files            1024                 4096                 files\n`,
    );
    expect(parts).toContainEqual(expect.objectContaining({ tool: 'proc-limits' }));
  });

  it('refuses a document of more than 16 MiB by its size', () => {
    const { parts } = readSaved(`[\n${'{"a": 1},\n'.repeat(2_000_000)}{}]\n`);
    expect(parts).toMatchObject([{ tool: 'json', lines: 2_000_002, content: { kind: 'refused' } }]);
  });

  it('passes a log of JSON on, line by line', () => {
    const { parts, unrecognisedCount } = readSaved('{"level":"error"}\n'.repeat(150));
    expect(parts).toEqual([]);
    expect(unrecognisedCount).toBe(150);
  });
});

describe('readSaved of lines of blanks', () => {
  it.each(['lrwx------ ', 'app 7 root 3u ', 'open files ', '"a '])('behind %j needs no time to speak of', (head) => {
    const before = process.cpuUsage();
    readSaved(`${head}${' '.repeat(4000)}\n`.repeat(20));
    const { user } = process.cpuUsage(before);
    expect(user / 1000).toBeLessThan(1000);
  });
});

describe('laws of readSaved', () => {
  const known = Object.keys(truth).flatMap((file) => fixture(`saved/${file}`).split('\n'));
  const lines = fc.array(fc.oneof(fc.constantFrom(...known), fc.string()), { maxLength: 40 });

  it('accounts for every line of any text, once', () => {
    fc.assert(
      fc.property(lines, (some) => {
        const text = some.map((line) => line.replaceAll('\n', ' ')).join('\n');
        const saved = readSaved(text);
        const count = text === '' ? 0 : text.split('\n').length - (text.endsWith('\n') ? 1 : 0);
        const ofParts = saved.parts.reduce((sum, part) => sum + part.lines, 0);
        expect(ofParts + saved.otherLines).toBe(count);
        expect(saved.otherLines).toBeGreaterThanOrEqual(saved.unrecognisedCount);
        for (const part of saved.parts) expect(part.lastLine - part.firstLine + 1).toBeGreaterThanOrEqual(part.lines);
      }),
      { numRuns: 300 },
    );
  });

  it('never throws, however a text was cut and glued', () => {
    const whole = Object.keys(truth).map((file) => fixture(`saved/${file}`));
    fc.assert(
      fc.property(fc.constantFrom(...whole), fc.nat(), fc.nat(), fc.string(), (text, a, b, put) => {
        const [from, to] = [a % text.length, b % text.length];
        for (const part of readSaved(text.slice(0, from) + put + text.slice(to)).parts) summarise(part);
      }),
      { numRuns: 300 },
    );
  });
});
