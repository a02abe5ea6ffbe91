import { openSync, writeFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import '../../src/vitest.ts';
import { assertBudget, BudgetError, diff, inspect, ObservationError, trackGrowth } from '../../src/index.ts';
import { toFinishedTest } from '../../src/library/finished-test.ts';
import { whyUnsupported } from '../../src/library/platform.ts';
import { verifyNoDescriptorLeaks } from '../../src/library/verify.ts';
import { closeAll, LEAKS } from './leaks.ts';

const folder = mkdtempSync(join(tmpdir(), 'matchers-'));
afterAll(() => rmSync(folder, { recursive: true }));

const open: number[] = [];
afterEach(() => closeAll(open.splice(0)));
const leak = (): unknown => open.push(openSync('/etc/hostname', 'r'));
const failureOf = async (assertion: Promise<unknown>): Promise<string> =>
  assertion.then(
    () => 'it passed',
    (error: unknown) => String(error),
  );

describe('expect(pid)', () => {
  it('has no orphans, few descriptors, and stays within a budget, as an object and as a file', async () => {
    const budget = join(folder, 'budget.yaml');
    writeFileSync(budget, 'max-open: 80%\nmax:\n  orphaned: 0\n');

    await expect(process.pid).toHaveNoOrphanedSockets();
    await expect(process.pid).toHaveOpenDescriptorsBelow(5000);
    await expect(process.pid).not.toHaveOpenDescriptorsBelow(2, { settleMs: 0 });
    await expect(process.pid).toStayWithinBudget({ max: { orphaned: 0 } });
    await expect(process.pid).toStayWithinBudget(budget);
  });

  it('says what is open when it fails', async () => {
    leak();

    const message = await failureOf(expect(process.pid).toStayWithinBudget({ max: { file: 0 } }, { settleMs: 0 }));

    expect(message).toContain('max file: expected <= 0, found');
    expect(message).toContain('/etc/hostname');
  });

  it('fails, with and without not, when nothing can be told', async () => {
    const gone = 4_194_000;

    expect(await failureOf(expect(gone).toHaveNoOrphanedSockets())).toContain('no such process');
    expect(await failureOf(expect(gone).not.toHaveNoOrphanedSockets())).toContain('no such process');
  });

  it.each([0, -1, 1.5, '1'])('refuses %s for a pid', async (pid) => {
    expect(await failureOf(expect(pid).toHaveNoOrphanedSockets())).toContain('needs the pid of a process');
  });
});

describe('expect(work)', () => {
  it('names what leaks, run by run, with its target', async () => {
    const message = await failureOf(expect(leak).not.toLeakDescriptors({ warmup: 1, runs: 3, settleMs: 20 }));

    expect(message).toContain('leaked [1, 1, 1] file /etc/hostname');
  });

  it('fails, with and without .not, where something of another kind stays after each run', async () => {
    const kinds = Object.values(LEAKS);
    const options = { warmup: 0, runs: 3, settleMs: 20 };
    let runs = 0;
    const mixed = (): unknown => open.push(...(kinds[runs++]?.() ?? []));
    const failure = await failureOf(expect(mixed).not.toLeakDescriptors(options));

    expect(failure).toContain('DescriptorLeakError: [1, 2, 1] stayed, but no one kind after every run');
    expect(await failureOf(expect(mixed).toLeakDescriptors(options))).toContain('no one kind after every run');
    expect(await trackGrowth(mixed, options)).toMatchObject({
      leaks: [],
      undecided: expect.stringContaining('no one kind after every run'),
    });
  });

  it('leaves out what is ignored, and refuses a pattern that is none', async () => {
    await expect(leak).not.toLeakDescriptors({ settleMs: 20, ignore: ['path:/etc/*'] });

    expect(await failureOf(expect(leak).not.toLeakDescriptors({ ignore: ['etc'] }))).toContain('is not a pattern');
  });

  it('rejects with what the work rejects with', async () => {
    const broken = async (): Promise<never> => Promise.reject(new Error('no luck'));

    expect(await failureOf(expect(broken).not.toLeakDescriptors())).toBe('Error: no luck');
  });
});

describe('the library', () => {
  it('never counts the descriptors that its own look takes', async () => {
    const first = await inspect(process.pid);
    const second = await inspect(process.pid);

    expect(diff(first, second)).toMatchObject({ added: [], removed: [], changed: [] });
    expect(first.limits.open).toBe(first.descriptors.length);
  });

  it('rejects with the report of a budget that does not hold', async () => {
    const failure: unknown = await assertBudget(process.pid, { maxOpen: 1 }, { settleMs: 0 }).catch(
      (error: unknown) => error,
    );

    expect(failure).toBeInstanceOf(BudgetError);
    expect(failure instanceof BudgetError ? failure.report.schema : '').toBe('fdleak.assertion/1');
  });

  it('rejects with what to do next when a process is gone', async () => {
    await expect(inspect(4_194_000)).rejects.toThrow(ObservationError);
    await expect(trackGrowth(() => undefined, { pid: 4_194_000 })).rejects.toThrow('is gone');
  });

  it('does not load libsql', async () => {
    await assertBudget(process.pid, { maxOpen: 50_000 });

    expect(JSON.stringify(process.report?.getReport() ?? {})).not.toMatch(/libsql/);
  });

  it('says in one line what it skips where there is no Linux', () => {
    expect([whyUnsupported('darwin'), whyUnsupported('linux')]).toEqual([
      'fdleak: skipped, nothing was checked: needs Linux (/proc), this is darwin',
      null,
    ]);
  });
});

describe('verifyNoDescriptorLeaks', () => {
  const task = (differs: object = {}): object => ({
    task: { name: 'opens a file', result: { state: 'pass' }, ...differs },
  });

  it('blames the test that left something open, by name, and once', async () => {
    const verify = verifyNoDescriptorLeaks({ settleMs: 20 });
    leak();

    const message = await failureOf(verify(task()));
    await verify(task());

    expect(message).toContain('1 descriptor left open by "opens a file"');
    expect(message).toContain('/etc/hostname');
  });

  it('leaves a test alone that failed already', async () => {
    const verify = verifyNoDescriptorLeaks({ settleMs: 20 });
    leak();

    await verify(task({ result: { state: 'fail' } }));
    await verify(task());
  });

  it('says that nobody can be blamed where tests ran at the same time', async () => {
    const verify = verifyNoDescriptorLeaks({ settleMs: 20 });
    leak();

    expect(await failureOf(verify(task({ concurrent: true })))).toContain('which of them left these is unknown');
  });

  it('waits for what is about to be closed', async () => {
    const verify = verifyNoDescriptorLeaks();
    leak();
    setTimeout(() => closeAll(open.splice(0)), 50);

    await verify(task());
  });

  it.each([
    {
      runner: 'vitest',
      context: { task: { name: 'a', result: { state: 'fail' } } },
      test: { name: 'a', hasFailed: true, isConcurrent: false },
    },
    {
      runner: 'node:test',
      context: { name: 'b', fullName: 'x > b', passed: true, error: null },
      test: { name: 'x > b', hasFailed: false, isConcurrent: false },
    },
    {
      runner: 'node:test',
      context: { name: 'b', passed: false },
      test: { name: 'b', hasFailed: true, isConcurrent: false },
    },
    { runner: 'nobody', context: undefined, test: { name: null, hasFailed: false, isConcurrent: false } },
  ])('reads what $runner tells of a test', ({ context, test }) => {
    expect(toFinishedTest(context)).toEqual(test);
  });
});

describe('verifyNoDescriptorLeaks, as a hook', () => {
  afterEach(verifyNoDescriptorLeaks());

  it('lets tests pass that leave nothing open', () => {
    expect(1).toBe(1);
  });
});
