import { defineConfig } from 'rolldown';

// A script that V8 takes from what it compiled before cannot import() any more: it requires.
const shared = {
  dir: 'dist/bin',
  format: 'cjs',
  entryFileNames: '[name].cjs',
  chunkFileNames: '[name].cjs',
  dynamicImportInCjs: false,
} as const;
const minify = { compress: false, mangle: false, codegen: { removeWhitespace: true } } as const;

// The command line as CommonJS in a few files: a third of the start-up time of the modules one by one (docs/benchmarks.md). Names stay, so that
// the stack of a bug says where it is; comments and blanks go, as they would be read at each start.
export default defineConfig([
  {
    input: { main: 'src/cli/main.ts' },
    platform: 'node',
    external: ['koffi', 'libsql', 'prom-client'],
    output: {
      ...shared,
      minify,
      // Each file that a start opens costs it 0.2 ms and more: what every command needs is in one, what an inspection needs beyond that in another,
      // and its findings in a third, so that none is large.
      codeSplitting: {
        groups: [
          { name: 'start', tags: ['$initial'], priority: 3 },
          { name: 'findings', test: /\/src\/core\/diagnose\//, priority: 2 },
          { name: 'look', test: /\/src\/cli\/commands\/inspect\.ts$/, priority: 1 },
        ],
      },
    },
  },
  // What loads the others.
  { input: { 'load-chunks': 'src/load-chunks.ts' }, platform: 'node', output: { ...shared, minify } },
]);
