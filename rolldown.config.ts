import { defineConfig } from 'rolldown';

// The command line as CommonJS in a few files: a third of the start-up time of the modules one by one (docs/benchmarks.md). Names stay, so that
// the stack of a bug says where it is; comments and blanks go, as they would be read at each start.
export default defineConfig({
  input: { main: 'src/cli/main.ts' },
  platform: 'node',
  external: ['koffi', 'execa', 'libsql', 'prom-client'],
  output: {
    dir: 'dist/bin',
    format: 'cjs',
    entryFileNames: '[name].cjs',
    chunkFileNames: '[name].cjs',
    minify: { compress: false, mangle: false, codegen: { removeWhitespace: true } },
  },
});
