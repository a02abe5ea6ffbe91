// Holds so many descriptors of /dev/null, so that a look at it takes its time: watch-crowd.js <count> [anything]. `ready {"pid":…}` then.
import { openSync } from 'node:fs';

const parent = process.ppid;
setInterval(() => process.ppid !== parent && process.exit(), 300);
for (let i = 0; i < Number(process.argv[2]); i += 1) openSync('/dev/null');
console.log(`ready ${JSON.stringify({ pid: process.pid })}`);
