import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { isThere, TOOLS } from './scripts/tools.js';

/** With CI=true nothing is skipped: what is missing fails. */
const maySkip = process.env['CI'] !== 'true';

/** Real processes, on a machine that may stall for seconds: what fails twice has failed, and what fails once is named at the end. */
const E2E = { testTimeout: 120_000, hookTimeout: 120_000, retry: 1 };

/** What measures, and what fills the machine: a crowd of 500 processes is in the way of every scan. */
const ALONE = [
  'test/e2e/alone/**/*.test.ts',
  'test/e2e/soak/{serve-soak,walk-busy,walk-linger}.test.ts',
  'test/e2e/{walk-pace,walk-remains}.test.ts',
];

export default defineConfig({
  test: {
    // As many as there are cores: left alone, vitest keeps one free, which on two halves the speed.
    maxWorkers: availableParallelism(),
    reporters: ['default', './test/naming-reporter.ts'],
    // It ends only a wait for what never comes: left alone, vitest gives up after a second, which a busy machine may take for anything.
    expect: { poll: { timeout: 50_000 } },
    tags: Object.entries({ ...TOOLS.test, ...TOOLS.long }).map(([name, packages]) => {
      const description = `needs ${name} (${packages})`;
      // A tag that says `skip: false` would undo the skip of another.
      return maySkip && !isThere(name) ? { name, description, skip: true } : { name, description };
    }),
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/{library,daemon,collect/bpf,project,e2e,long}/**'],
          // Pure: a process of its own for each file would cost more than the tests.
          isolate: false,
          testTimeout: 60_000,
          hookTimeout: 60_000,
          sequence: { groupOrder: 0 },
        },
      },
      // They look at the process that they run in.
      {
        extends: true,
        test: {
          name: 'process',
          include: ['test/{library,daemon,collect/bpf}/**/*.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: { name: 'project', include: ['test/project/**/*.test.ts'], ...E2E, sequence: { groupOrder: 0 } },
      },
      // Tests of real processes wait most of the time.
      {
        extends: true,
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          exclude: ALONE,
          ...E2E,
          maxWorkers: 2 * availableParallelism(),
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          name: 'alone',
          include: ALONE,
          ...E2E,
          fileParallelism: false,
          sequence: { groupOrder: 2 },
        },
      },
      // What `npm run test:long` runs: the soaks again, in full.
      {
        extends: true,
        test: {
          name: 'long',
          include: ['test/long/**/*.test.ts', 'test/e2e/soak/**/*.test.ts'],
          env: { FDLEAK_SOAK: 'all' },
          ...E2E,
          fileParallelism: false,
          sequence: { groupOrder: 3 },
        },
      },
    ],
  },
});
