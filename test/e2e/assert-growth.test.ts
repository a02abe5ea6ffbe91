/** @module-tag python3 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { AssertionReport } from '../../src/core/model/assertion.ts';
import { toExercise } from './assert-target.ts';
import { fdleak } from './fdleak.ts';

const FAST = ['--settle', '600ms', '--warmup', '1', '--runs', '3'];

/** Starts a helper that prints numbers, and ends with the test; its pid and the numbers. */
async function startHelper(name: string): Promise<{ pid: number; numbers: readonly number[] }> {
  const script = fileURLToPath(new URL(`./processes/assert/${name}`, import.meta.url));
  const child = spawn('python3', [script], { stdio: ['pipe', 'pipe', 'inherit'] });
  onTestFinished(() => {
    child.stdin.end();
  });
  const [line]: unknown[] = await once(createInterface({ input: child.stdout }), 'line');
  return { pid: child.pid ?? 0, numbers: String(line).split(' ').map(Number) };
}

async function exercise(word: string): Promise<{ exitCode: number | undefined; report: AssertionReport }> {
  const { pid, numbers } = await startHelper('forgetful.py');
  const [port = 0] = numbers;
  const { exitCode, stdout } = await fdleak([
    'assert',
    `${pid}`,
    '--json',
    '--exercise',
    toExercise(port, word, word === 'turns' || word === 'replace' ? 1 : 2),
    ...FAST,
  ]);
  return { exitCode, report: JSON.parse(stdout) };
}

describe('fdleak assert, under an exercise', () => {
  it.each([
    { word: 'refused', what: 'connect-failed, tcp on 0.0.0.0:*' },
    { word: 'reset', what: 'orphaned, tcp to 127.0.0.1:*' },
    { word: 'bound', what: 'bound, tcp on 127.0.0.1:*' },
    { word: 'listening', what: 'listening, tcp on 127.0.0.1:*' },
    { word: 'closed-listener', what: 'closed-listener, tcp on 127.0.0.1:*' },
    { word: 'datagram', what: 'datagram, udp on 0.0.0.0:*' },
    { word: 'unix', what: /^in-use, unix \/tmp\/forgetful-\S+\/tmp\*$/ },
    { word: 'abstract', what: 'in-use, unix @forgetful-#' },
    { word: 'file', what: /^file \/tmp\/forgetful-\S+\/tmp\*$/ },
  ])('finds what leaks by a port or name of its own: $word', async ({ word, what }) => {
    const { exitCode, report } = await exercise(word);

    expect(report.runs).toEqual([2, 2, 2]);
    expect(report.assertions.map(({ because }) => because.replace('leaked [2, 2, 2] ', ''))).toEqual([
      typeof what === 'string' ? what : expect.stringMatching(what),
    ]);
    expect(exitCode).toBe(1);
  });

  it('passes where an outgoing connection is replaced in each run by one on another port', async () => {
    const { exitCode, report } = await exercise('replace');

    expect({ exitCode, runs: report.runs }).toEqual({ exitCode: 0, runs: [0, 0, 0] });
  });

  it('cannot decide where something stays after every run, of another kind in each', async () => {
    const { exitCode, report } = await exercise('turns');

    expect(exitCode).toBe(3);
    expect(report.assertions).toMatchObject([
      { name: 'growth', result: 'undecidable', because: expect.stringContaining('[1, 1, 2] stayed, but no one kind') },
    ]);
  });
});

it('says of many sockets on ports of their own that they are one group', async () => {
  const { pid, numbers } = await startHelper('forgetful.py');
  await fdleak([
    'assert',
    `${pid}`,
    '--exercise',
    toExercise(numbers[0] ?? 0, 'refused', 40),
    '--runs',
    '1',
    '--warmup',
    '0',
  ]);
  const { exitCode, stdout } = await fdleak(['assert', `${pid}`, '--max', 'connect-failed=2', '--settle', '0']);

  expect(exitCode).toBe(1);
  expect(stdout).toMatch(/^ {6}40 connect-failed, tcp on 0\.0\.0\.0:\*: fds /m);
  expect(stdout).not.toContain('other groups');
});

it('does not judge the master of a server for its workers: it lists them, and asks for one', async () => {
  const { pid, numbers } = await startHelper('forked.py');
  const [worker = 0, port = 0] = numbers;
  const leak = ['--exercise', toExercise(port, 'leave'), ...FAST];
  const named = await fdleak(['assert', '--port', `${port}`, ...leak]);
  const one = await fdleak(['assert', `${worker}`, ...leak]);

  expect(named).toMatchObject({ exitCode: 3, stdout: '', stderr: expect.stringContaining('a master') });
  expect(named.stderr).toMatch(
    new RegExp(`Next: give a pid:\n  ${pid}  \\S*python3\\S* .*\n  ${worker}  \\S*python3\\S* `),
  );
  expect(one.exitCode).toBe(1);
});

it('notes the processes that a command started and that were not looked at', async () => {
  const { stdout } = await fdleak(['assert', '--max-open', '100', '--', 'sh', '-c', 'sleep 20 & exec sleep 20']);

  expect(stdout).toMatch(/^note {2}not checked, though it started them: sleep \(\d+\)$/m);
});

it('says who may not list what is open, where more is open than a budget allows', async () => {
  const { pid } = await startHelper('forgetful.py');
  const { exitCode, stdout } = await fdleak(['assert', `${pid}`, '--max-open', '1', '--settle', '0'], { as: 65_534 });

  expect(exitCode).toBe(1);
  expect(stdout).toMatch(/\d+ descriptors are open; what they are: \S/);
});
