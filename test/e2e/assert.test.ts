import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import type { AssertionReport } from '../../src/core/model/assertion.ts';
import { LEAKS, startLeaks, toExercise } from './assert-target.ts';
import { fdleak, inspectJson } from './fdleak.ts';

const folder = mkdtempSync(join(tmpdir(), 'assert-'));
afterAll(() => rmSync(folder, { recursive: true }));

const at = (name: string): string => join(folder, name);
const write = (name: string, text: string): string => {
  writeFileSync(at(name), text);
  return at(name);
};

async function assertJson(args: readonly string[]): Promise<{ exitCode: number | undefined; report: AssertionReport }> {
  const { exitCode, stdout, stderr } = await fdleak(['assert', '--json', ...args]);
  if (stdout === '') throw new Error(stderr);
  return { exitCode, report: JSON.parse(stdout) };
}

const FAST = ['--settle', '600ms', '--warmup', '1', '--runs', '3'];

describe('fdleak assert, of a count', () => {
  it('passes below the number and the share, and fails above, with what is open by kind', async () => {
    const { pid } = await startLeaks();

    const below = await assertJson([`${pid}`, '--max-open', '80%', '--min-headroom', '64']);
    const above = await assertJson([`${pid}`, '--max-open', '3', '--settle', '0']);

    expect(below.exitCode).toBe(0);
    expect(below.report.assertions.map(({ result }) => result)).toEqual(['passed', 'passed']);
    expect(above.exitCode).toBe(1);
    expect(above.report.assertions[0]).toMatchObject({ name: 'max open', expected: '<= 3', result: 'failed' });
    expect(above.report.assertions[0]?.because).toMatch(/\d+ descriptors are open: \d+ /);
  });

  it('counts the descriptors of another user without a right to list them', async () => {
    const { pid } = await startLeaks();

    const { exitCode } = await fdleak(['assert', `${pid}`, '--max-open', '500'], { as: 65_534 });

    expect(exitCode).toBe(0);
  });

  it('cannot decide verdicts that it may not see: status 3, never a pass', async () => {
    const { pid } = await startLeaks();

    const { exitCode, stdout } = await fdleak(['assert', `${pid}`, '--max', 'orphaned=0'], { as: 65_534 });

    expect(exitCode).toBe(3);
    expect(stdout).toContain('????  max orphaned');
    expect(stdout).toContain('sudo fdleak inspect');
  });
});

describe('fdleak assert, under an exercise', () => {
  it('finds what stays after every run, with its number, its verdict and its listener', async () => {
    const server = await startLeaks();

    const { exitCode, report } = await assertJson([`${server.pid}`, '--exercise', server.exercise('leak', 2), ...FAST]);

    expect(exitCode).toBe(1);
    expect(report.runs).toEqual([2, 2, 2]);
    expect(report.assertions).toHaveLength(1);
    expect(report.assertions[0]).toMatchObject({
      name: `growth of orphaned, tcp accepted on 127.0.0.1:${server.leakPort}`,
      because: `leaked [2, 2, 2] orphaned, tcp accepted on 127.0.0.1:${server.leakPort}`,
      found: 6,
    });
    expect(report.assertions[0]?.descriptors).toHaveLength(6);
  });

  it('breaks a budget by what stayed dead for the 5 s of its default settling, and calls nothing certain', async () => {
    const server = await startLeaks();

    const { report } = await assertJson([
      `${server.pid}`,
      '--exercise',
      server.exercise('leak'),
      '--max',
      'orphaned=0',
    ]);

    const [max] = report.assertions;
    expect(max).toMatchObject({ name: 'max orphaned', found: 8, result: 'failed' });
    expect(max?.descriptors.map(({ verdict }) => verdict.leak)).toEqual(Array.from({ length: 8 }, () => 'suspect'));
    expect(report.settledAfterMs).toBeGreaterThanOrEqual(5000);
  });

  it('finds files that stay, and names them', async () => {
    const server = await startLeaks();

    const { report } = await assertJson([`${server.pid}`, '--exercise', server.exercise('file'), ...FAST]);

    expect(report.assertions[0]?.because).toBe('leaked [1, 1, 1] file /etc/hostname');
  });

  it.each(['close', 'once'] as const)('passes where the program does "%s"', async (word) => {
    const server = await startLeaks();

    const { exitCode, report } = await assertJson([`${server.pid}`, '--exercise', server.exercise(word), ...FAST]);

    expect({ exitCode, runs: report.runs }).toEqual({ exitCode: 0, runs: [0, 0, 0] });
  });

  it('says how an exercise ended that failed, and does not take it for a pass', async () => {
    const server = await startLeaks();

    const { exitCode, report } = await assertJson([`${server.pid}`, '--exercise', 'exit 9', ...FAST]);

    expect(exitCode).toBe(3);
    expect(report.assertions[0]).toMatchObject({
      result: 'undecidable',
      because: 'warm-up 1 of 1 of the exercise: exit status 9',
    });
  });

  it('stops an exercise that hangs, and what it started', async () => {
    const server = await startLeaks();
    const marker = `${30_000 + (process.pid % 1000)}.25`;

    const { exitCode, report } = await assertJson([
      `${server.pid}`,
      '--exercise',
      `sleep ${marker} & sleep ${marker}`,
      '--exercise-timeout',
      '300ms',
      ...FAST,
    ]);

    expect(exitCode).toBe(3);
    expect(report.assertions[0]?.because).toContain('still running after 300 ms');
    expect(listCommands()).not.toContain(`sleep ${marker}`);
  });

  it('ends what an exercise leaves running behind its back', async () => {
    const server = await startLeaks();
    const marker = `${31_000 + (process.pid % 1000)}.5`;

    const { exitCode } = await assertJson([`${server.pid}`, '--exercise', `sleep ${marker} &`, ...FAST]);

    expect(exitCode).toBe(0);
    expect(listCommands()).not.toContain(`sleep ${marker}`);
  });

  it('cannot decide when the process ends in the middle', async () => {
    const server = await startLeaks();

    const { exitCode, report } = await assertJson([
      `${server.pid}`,
      '--exercise',
      server.exercise('end'),
      '--max',
      'orphaned=0',
      ...FAST,
    ]);

    expect(exitCode).toBe(3);
    expect(report.passed).toBe(false);
    expect(report.assertions[0]).toMatchObject({ result: 'undecidable', found: null });
  });

  it('runs the exercise under the soft limit of the shell that called it', async () => {
    const { pid } = await startLeaks();
    const program = new URL('../../bin/fdleak.js', import.meta.url).pathname;
    const line = `ulimit -S -n 777; ${process.execPath} ${program} assert ${pid} --exercise 'ulimit -S -n; ulimit -H -n' --warmup 0 --runs 1; true`;

    const limits = execFileSync('sh', ['-c', `{ ${line}; } 2>&1`], { encoding: 'utf8' });

    expect(limits).toMatch(/^777\n/);
    expect(limits).not.toMatch(/^777\n777\n/);
  });

  it('works for two at once on one process', async () => {
    const server = await startLeaks();
    const args = [`${server.pid}`, '--exercise', server.exercise('close'), '--max', 'orphaned=0', ...FAST];

    const both = await Promise.all([assertJson(args), assertJson(args)]);

    expect(both.map(({ exitCode }) => exitCode)).toEqual([0, 0]);
  });
});

describe('fdleak assert, of a healthy server', () => {
  it.each(['stalling-server.js', 'busy-server.js'])(
    'accuses %s of nothing, though it has dead sockets at most looks',
    async (script) => {
      const program = fileURLToPath(new URL(`./processes/${script}`, import.meta.url));
      const child = spawn(process.execPath, [program], { stdio: ['pipe', 'pipe', 'inherit'] });
      onTestFinished(() => {
        child.stdin.end();
      });
      await once(child.stdout, 'data');

      for (let round = 0; round < 3; round++) {
        const { exitCode, report } = await assertJson([
          `${child.pid}`,
          '--max',
          'orphaned=0',
          '--max',
          'peer-closed=0',
        ]);
        expect({ exitCode, report: report.assertions }).toMatchObject({ exitCode: 0 });
      }
    },
  );
});

describe('fdleak assert, of a command that it starts', () => {
  const command = ['--', process.execPath, LEAKS, '0'];

  it('starts it, exercises it, asserts, and stops it', async () => {
    const port = 20_000 + (process.pid % 10_000);
    const { exitCode, report } = await assertJson([
      '--max-open',
      '100',
      '--ready',
      `port:${port}`,
      '--exercise',
      toExercise(port + 1, 'leave'),
      ...FAST,
      '--',
      process.execPath,
      LEAKS,
      `${port}`,
    ]);

    expect(exitCode).toBe(1);
    expect(report.runs).toEqual([1, 1, 1]);
    expect(report.notes.at(-1)).toContain('it was stopped at the end: ended by SIGTERM');
    expect(listCommands()).not.toContain(`${LEAKS} ${port}`);
  });

  it('keeps the output of the command away from stdout, or in a file', async () => {
    const inFile = await fdleak([
      'assert',
      '--max-open',
      '100',
      '--ready',
      'log:^ready',
      '--output',
      at('out'),
      '--json',
      ...command,
    ]);
    const onStderr = await fdleak(['assert', '--max-open', '100', '--json', ...command]);

    expect(JSON.parse(inFile.stdout)).toMatchObject({ passed: true });
    expect(readFileSync(at('out'), 'utf8')).toMatch(/^ready /);
    expect(JSON.parse(onStderr.stdout)).toMatchObject({ passed: true });
    expect(onStderr.stderr).toMatch(/^ready /);
  });

  it.each([
    {
      why: 'ends before it is ready',
      args: ['--', 'sh', '-c', 'exit 5'],
      because: 'it ended before it was ready: exit status 5',
    },
    { why: 'is not there', args: ['--', '/nowhere/at-all'], because: 'it ended before it was ready: exit status 127' },
    {
      why: 'is not ready in time',
      args: ['--ready', 'file:/nowhere', '--ready-timeout', '200ms', '--', 'sleep', '20'],
      because: 'not ready after 200 ms: there is no file /nowhere (--ready-timeout)',
    },
  ])('cannot decide when the command $why', async ({ args, because }) => {
    const { exitCode, report } = await assertJson(['--max-open', '100', ...args]);

    expect(exitCode).toBe(3);
    expect(report.assertions[0]?.because).toBe(because);
  });
});

describe('fdleak assert, with a budget file', () => {
  it('drafts one that the process is within, and refuses to overwrite it', async () => {
    const { pid } = await startLeaks();

    const drafted = await fdleak(['assert', '--init', `${pid}`, '-o', at('drafted.yaml')]);
    const { exitCode, report } = await assertJson([`${pid}`, '--budget', at('drafted.yaml')]);
    const again = await fdleak(['assert', '--init', `${pid}`, '-o', at('drafted.yaml')]);

    expect(drafted).toMatchObject({ exitCode: 0, stdout: '' });
    expect(exitCode).toBe(0);
    expect(report.assertions.map(({ name }) => name)).toContain('max orphaned');
    expect(again).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('EEXIST') });
  });

  it('says every mistake with its line', async () => {
    const { pid } = await startLeaks();
    const path = write('bad.yaml', 'max-open: many\nmax:\n  orphand: 0\n  epoll: -1\nignore: /tmp\nfoo: 1\n');

    const { exitCode, stderr } = await fdleak(['assert', `${pid}`, '--budget', path]);

    expect(exitCode).toBe(2);
    expect(stderr.split('\n').map((line) => line.replace('fdleak: ', '').replace(`${path}:`, ''))).toEqual([
      '6:1: foo: unknown name; known: schema, max-open, min-headroom, max, ignore, baseline, baseline-of, settle',
      '1:11: max-open: "many" is not a number, or a share such as 80%',
      '3:3: max.orphand: unknown name; did you mean orphaned?',
      '4:10: max.epoll: -1 is not a whole number',
      '5:9: ignore: "/tmp" is not a list',
    ]);
  });

  it.each([
    { why: 'broken', text: '{"max-open": 3', says: /:1:\d+: / },
    { why: 'empty', text: '', says: /is empty; fdleak assert --init/ },
    { why: '10 MB long', text: `# ${'x'.repeat(10_000_000)}`, says: /has 10000002 bytes, and 1048576 are the most/ },
    { why: 'a bomb of aliases', text: `a: &a [x, x]\nb: &b [*a, *a]\nmax: *b\n`, says: /a: unknown name/ },
  ])('refuses a file that is $why', async ({ text, says }) => {
    const { pid } = await startLeaks();

    const { exitCode, stderr } = await fdleak(['assert', `${pid}`, '--budget', write('odd.yaml', text)]);

    expect(exitCode).toBe(2);
    expect(stderr).toMatch(says);
  });

  it('reads JSON as well, and lets flags win', async () => {
    const { pid } = await startLeaks();
    const path = write(
      'budget.json',
      JSON.stringify({ schema: 'fdleak.budget/1', 'max-open': 1, max: { epoll: 9 } }, null, 2),
    );

    const file = await fdleak(['assert', `${pid}`, '--budget', path, '--settle', '0']);
    const flags = await fdleak(['assert', `${pid}`, '--budget', path, '--max-open', '500']);

    expect([file.exitCode, flags.exitCode]).toEqual([1, 0]);
  });
});

describe('fdleak assert, with a baseline', () => {
  it('finds what is new of the same process, and of another by likeness', async () => {
    const server = await startLeaks();
    const { stdout } = await inspectJson(server.pid);
    const baseline = write('baseline.json', stdout);
    const same = await fdleak(['assert', `${server.pid}`, '--baseline', baseline, '--settle', '0']);
    execFileSync('sh', ['-c', server.exercise('file')]);
    const grown = await assertJson([`${server.pid}`, '--baseline', baseline, '--settle', '0']);
    const other = await startLeaks();
    const another = await assertJson([`${other.pid}`, '--baseline', baseline, '--settle', '0']);

    expect(same.exitCode).toBe(0);
    expect(grown.report.assertions[0]).toMatchObject({ found: 1, because: '1 new, compared object by object' });
    expect(grown.report.assertions[0]?.descriptors[0]?.target).toBe('/etc/hostname');
    expect(another).toMatchObject({ exitCode: 0, report: { passed: true } });
  });
});

describe('fdleak assert, on the command line', () => {
  it.each([
    { args: [], says: 'give one target' },
    { args: ['4242'], says: 'nothing to assert' },
    { args: ['4242', '--max', 'orphand=0'], says: 'Did you mean orphaned?' },
    { args: ['4242', '--max', 'orphaned'], says: 'orphaned=0' },
    { args: ['4242', '--max-open', '120%'], says: '80%' },
    { args: ['4242', '7', '--max-open', '1'], says: 'unexpected argument after pid 4242' },
    { args: ['4242', '--max-open', '1', '--report', 'xml=out'], says: 'tap=out.tap' },
    { args: ['4242', '--max-open', '1', '--ignore', 'tmp'], says: 'path:/var/log/*' },
  ])('refuses $args and says what to do', async ({ args, says }) => {
    const { exitCode, stderr } = await fdleak(['assert', ...args]);

    expect(exitCode).toBe(2);
    expect(stderr).toContain(says);
  });

  it('cannot decide when there is no such process', async () => {
    const { exitCode, report } = await assertJson(['4194000', '--max-open', '10']);

    expect(exitCode).toBe(3);
    expect(report).toMatchObject({ passed: false, process: null });
  });
});

function listCommands(): string {
  return execFileSync('ps', ['-e', '-o', 'args='], { encoding: 'utf8' });
}
