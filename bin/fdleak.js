#!/usr/bin/env node
const { readFileSync } = require('node:fs');
const path = require('node:path');
const { main } = require('../dist/bin/main.cjs');

main(process.argv.slice(2), {
  self: [process.execPath, __filename],
  page: (id) => readFileSync(path.join(__dirname, '../docs/findings', `${id}.md`), 'utf8'),
  captureScript: () => readFileSync(path.join(__dirname, 'capture.sh'), 'utf8'),
}).then(
  (status) => process.exit(status),
  (error) => {
    process.stderr.write(`fdleak: internal error, please report it: ${error?.stack ?? error}\n`);
    process.exit(70);
  },
);
