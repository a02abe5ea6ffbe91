#!/usr/bin/env node
const { existsSync, readFileSync } = require('node:fs');
const path = require('node:path');

function fail(error) {
  // Too few descriptors to load it: everything else is told by main itself.
  const isShort = error?.code === 'EMFILE' || error?.code === 'ENFILE';
  process.stderr.write(
    isShort
      ? `fdleak: cannot go on here: ${error.code}: it has no descriptor left. Next: ulimit -n 1024, then again\n`
      : `fdleak: internal error, please report it: ${error?.stack ?? error}\n`,
  );
  process.exit(isShort ? 3 : 70);
}

function pathOf(page) {
  const [finding, topic] = ['findings', 'topics'].map((folder) => path.join(__dirname, '../docs', folder, page));
  return existsSync(finding) ? finding : topic;
}

try {
  const { toChunks } = require('../dist/bin/load-chunks.cjs');
  const chunks = toChunks(process);
  const { main } = chunks.load(require.resolve('../dist/bin/main.cjs'));
  main(process.argv.slice(2), {
    self: [process.execPath, __filename],
    page: (id) => readFileSync(pathOf(`${id}.md`), 'utf8'),
    captureScript: () => readFileSync(path.join(__dirname, 'capture.sh'), 'utf8'),
    chartFile: (name) => readFileSync(require.resolve(`uplot/dist/${name}`), 'utf8'),
  }).then((status) => {
    chunks.keep();
    process.exit(status);
  }, fail);
} catch (error) {
  fail(error);
}
