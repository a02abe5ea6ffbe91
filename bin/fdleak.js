#!/usr/bin/env node
const { main } = require('../dist/bin/main.cjs');

void main(process.argv.slice(2)).then((status) => process.exit(status));
