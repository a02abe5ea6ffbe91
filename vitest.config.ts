import { defineConfig } from 'vitest/config';
import { isThere, TOOLS } from './scripts/tools.js';

/** With CI=true nothing is skipped: what is missing fails. */
const maySkip = process.env['CI'] !== 'true';

const E2E = { testTimeout: 120_000, hookTimeout: 120_000 };

export default defineConfig({
  test: {
    reporters: ['default', './test/skipped-reporter.ts'],
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
          exclude: ['test/{project,e2e,long}/**'],
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
          exclude: ['test/e2e/alone/**'],
          ...E2E,
          maxWorkers: 4,
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          name: 'alone',
          include: ['test/e2e/alone/**/*.test.ts'],
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
          env: { FDLEAK_KILLS: '200', FDLEAK_SOAK: '20000' },
          ...E2E,
          fileParallelism: false,
          sequence: { groupOrder: 3 },
        },
      },
    ],
  },
});
