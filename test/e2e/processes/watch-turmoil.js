// A server that keeps every so many ms one descriptor of a socket that is over, and opens and closes others all the time:
// watch-turmoil.js <ms>. `ready {"pid":…}` once it listens and five are kept.
import { createSocket } from 'node:dgram';
import { closeSync, openSync } from 'node:fs';
import { connect, createServer } from 'node:net';

const everyMs = Number(process.argv[2]);
const KEPT_AT_FIRST = 5;
const CHURN_EVERY_MS = 10;
const LONGEST_MS = 300;
/**
 * A loopback address of its own. A listener on 127.0.0.1 now and then has the very port that a client of another test still calls: that
 * connection ends, is over for a moment, and is closed, which is no leak.
 */
const OWN = `127.${64 + ((process.pid >> 16) & 63)}.${(process.pid >> 8) & 255}.${process.pid & 255}`;
const held = [];
// A test that is killed leaves nothing behind.
const parent = process.ppid;
setInterval(() => process.ppid !== parent && process.exit(), 300);

// The client resets, nobody reads, nobody closes.
const leaky = createServer({ pauseOnConnect: true }, (socket) => held.push(socket.on('error', () => undefined)));

function leak() {
  const client = connect(leaky.address().port, OWN, () => client.resetAndDestroy());
  client.on('error', () => undefined);
}

/** No TCP connections: between its end and its close a sound one is over as well, and what is over is to be exactly what leaked. */
function churn() {
  const file = openSync('/dev/null');
  const datagrams = createSocket('udp4').bind(0, '127.0.0.1');
  const listener = createServer().listen(0, OWN);
  setTimeout(() => closeSync(file), Math.random() * LONGEST_MS);
  setTimeout(() => datagrams.close(), 1 + Math.random() * LONGEST_MS);
  setTimeout(() => listener.close(), Math.random() * LONGEST_MS);
}

leaky.listen(0, OWN, () => {
  for (let i = 0; i < KEPT_AT_FIRST; i += 1) leak();
  setTimeout(() => {
    console.log(`ready ${JSON.stringify({ pid: process.pid, kept: held.length })}`);
    setInterval(leak, everyMs);
    setInterval(churn, CHURN_EVERY_MS);
  }, LONGEST_MS);
});
