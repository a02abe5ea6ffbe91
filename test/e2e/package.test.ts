import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const BIN = join(ROOT, 'node_modules', '.bin');
const NODES = ['20', '22', '24'] as const;

const folder = mkdtempSync(join(tmpdir(), 'package-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs a program in the project that has the package installed; what it prints. */
function run(file: string, ...args: string[]): string {
  return execFileSync(file, args, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

const write = (name: string, text: string): void => writeFileSync(join(folder, name), text);
const nodeOf = (major: string): string => join(folder, 'node_modules', `node${major}`, 'bin', 'node');
let tarball = '';

beforeAll(() => {
  execFileSync('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', folder], { cwd: ROOT });
  tarball = join(folder, readdirSync(folder).find((name) => name.endsWith('.tgz')) ?? '');
  write('package.json', JSON.stringify({ name: 'empty', private: true, type: 'module' }));
  const nodes = NODES.map((major) => `node${major}@npm:node@${major}`);
  run('npm', 'install', '--silent', '--no-audit', '--no-fund', tarball, 'vitest@4.1.12', '@types/node@20', ...nodes);
}, 300_000);

describe('the package, installed into an empty project', () => {
  it.each(NODES)('runs its library and its command on Node %s', (major) => {
    write(
      'use.js',
      `import { openSync } from 'node:fs';
       import { assertBudget, diff, inspect, trackGrowth } from 'fdleak';
       const before = await inspect(process.pid);
       const report = await assertBudget(process.pid, { maxOpen: '80%', max: { orphaned: 0 } });
       const { runs } = await trackGrowth(() => openSync('/etc/hostname'), { settleMs: 0 });
       const { added } = diff(before, await inspect(process.pid));
       console.log(JSON.stringify([process.version.split('.')[0], report.passed, runs, added.length]));`,
    );

    expect(JSON.parse(run(nodeOf(major), 'use.js'))).toEqual([`v${major}`, true, [1, 1, 1, 1, 1], 7]);
    expect(
      run(nodeOf(major), 'node_modules/fdleak/bin/fdleak.js', 'assert', `${process.pid}`, '--max-open', '99999'),
    ).toContain('pass');
  });

  it('loads neither koffi nor libsql where a count is enough', () => {
    write(
      'count.js',
      `import { assertBudget } from 'fdleak';
       await assertBudget(process.pid, { maxOpen: 500 });
       console.log(process.report.getReport().sharedObjects.filter((path) => /koffi|libsql/.test(path)).length);`,
    );

    expect(run(process.execPath, 'count.js')).toBe('0\n');
  });

  it('adds its matchers to vitest', () => {
    write(
      'use.test.js',
      `import { openSync } from 'node:fs';
       import 'fdleak/vitest';
       import { verifyNoDescriptorLeaks } from 'fdleak/vitest';
       import { afterEach, expect, test } from 'vitest';
       afterEach(verifyNoDescriptorLeaks());
       test('is tight', async () => { await expect(() => 1).not.toLeakDescriptors(); });
       test('leaks', () => { openSync('/etc/hostname'); });
       test('leaks together', { concurrent: true }, () => { openSync('/etc/hostname'); });`,
    );
    const text = runFailing(join(folder, 'node_modules', '.bin', 'vitest'), 'run', '--reporter', 'verbose');

    expect(text).toContain('1 descriptor left open by');
    expect(text).toContain('Other tests ran at the same time (concurrent): which of them left these is unknown.');
    expect(text).toMatch(/2 failed.*1 passed/);
  });

  it('works in node:test by its hook', () => {
    write(
      'node.test.mjs',
      `import { openSync } from 'node:fs';
       import { afterEach, test } from 'node:test';
       import { verifyNoDescriptorLeaks } from 'fdleak';
       const verify = verifyNoDescriptorLeaks({ settleMs: 50 });
       afterEach(verify);
       test('is tight', () => {});
       test('leaks', () => { openSync('/etc/hostname'); });`,
    );
    const text = runFailing(process.execPath, '--test', 'node.test.mjs');

    expect(text).toContain('1 descriptor left open by "leaks"');
    expect(text).toMatch(/# pass 1\n|ℹ pass 1\n/);
  });

  it('has types that hold in TypeScript', () => {
    write(
      'use.mts',
      `import { assertBudget, diff, inspect, trackGrowth, type Inspection } from 'fdleak';
       import 'fdleak/vitest';
       import { expect } from 'vitest';
       const one: Inspection = await inspect(process.pid);
       const stayed: number = diff(one, one).stayed;
       await assertBudget(process.pid, { maxOpen: '80%', max: { orphaned: stayed } });
       // @ts-expect-error: no verdict of this name
       await assertBudget(process.pid, { max: { orphand: 0 } });
       const runs: readonly number[] = (await trackGrowth(async () => undefined)).runs;
       await expect(() => runs).not.toLeakDescriptors({ runs: 3 });
       await expect(1).toStayWithinBudget('budget.yaml');
       // @ts-expect-error: a number is needed
       await expect(1).toHaveOpenDescriptorsBelow('3');`,
    );

    expect(
      run(
        join(BIN, 'tsc'),
        '--noEmit',
        '--strict',
        '--module',
        'nodenext',
        '--target',
        'es2023',
        '--types',
        'node',
        'use.mts',
      ),
    ).toBe('');
  });

  it.each([
    { tool: 'publint', args: ['--strict'] },
    { tool: 'attw', args: ['--profile', 'esm-only'] },
  ])('is found in order by $tool', ({ tool, args }) => {
    expect(existsSync(join(BIN, tool)), `${tool} is not installed: npm ci`).toBe(true);
    expect(() => run(join(BIN, tool), tarball, ...args)).not.toThrow();
  });
});

/** Runs what must not succeed; what it prints. */
function runFailing(file: string, ...args: string[]): string {
  try {
    return `it succeeded: ${run(file, ...args)}`;
  } catch (error) {
    return error instanceof Error && 'stdout' in error && 'stderr' in error
      ? `${String(error.stdout)}${String(error.stderr)}`
      : String(error);
  }
}
