// A server that keeps every so many ms one descriptor of a socket that is over: watch-leaker.js <ms> [anything]; PORT=… is where it listens
// `ready {"pid":…}` once it listens. It leaks as the original did: the client resets, nobody reads, nobody closes.
import { createServer, connect } from 'node:net';

const everyMs = Number(process.argv[2]);
const held = [];
// A test that is killed leaves nothing behind.
const parent = process.ppid;
setInterval(() => process.ppid !== parent && process.exit(), 300);
const server = createServer({ pauseOnConnect: true }, (socket) => {
  socket.on('error', () => undefined);
  held.push(socket);
});
server.listen(Number(process.env.PORT ?? 0), '127.0.0.1', () => {
  const { port } = server.address();
  console.log(`ready ${JSON.stringify({ pid: process.pid, port })}`);
  if (everyMs > 0) setInterval(() => leak(port), everyMs);
  process.on('SIGUSR2', () => leak(port));
});

function leak(port) {
  const client = connect(port, '127.0.0.1', () => client.resetAndDestroy());
  client.on('error', () => undefined);
}
