#!/usr/bin/env node
const { main } = require('../dist/bin/main.cjs');

main(process.argv.slice(2)).then(
  (status) => process.exit(status),
  (error) => {
    process.stderr.write(`fdleak: this is a bug of fdleak: ${error?.stack ?? error}\n`);
    process.exit(70);
  },
);
