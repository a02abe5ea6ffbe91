#!/usr/bin/env node
const { main } = require('../dist/bin/main.cjs');

main(process.argv.slice(2)).then((status) => process.exit(status));
