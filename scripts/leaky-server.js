/**
 * A server with a leak, small enough to read: it takes connections in, pauses them, and never looks at them again.
 *
 * A paused socket is watched by nothing, so that the program is not told when its client goes. The connection dies; the
 * descriptor stays. Prints `ready {"pid":…,"port":…}` and ends when its stdin does.
 */
import { createServer } from 'node:net';

const waiting = new Set();
const server = createServer({ pauseOnConnect: true }, (socket) => waiting.add(socket));

server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`ready ${JSON.stringify({ pid: process.pid, port: server.address().port })}\n`);
});
process.stdin.resume().on('end', () => process.exit(0));
