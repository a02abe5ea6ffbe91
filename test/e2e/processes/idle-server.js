/**
 * A healthy server whose connections idle, and whose loop then stalls for 900 ms while all of them are reset. It closes every one
 * as soon as it runs again. Prints `ready {"pid","port"}`; stalls on SIGUSR2, says `stalling`; ends when its input does.
 */
import { createServer } from 'node:net';

const STALL_MS = 900;
const server = createServer((socket) => {
  socket.on('error', () => undefined);
  socket.resume();
});
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`ready ${JSON.stringify({ pid: process.pid, port: server.address().port })}\n`);
});
process.on('SIGUSR2', () => {
  process.stdout.write('stalling\n', () => {
    const until = performance.now() + STALL_MS;
    while (performance.now() < until);
  });
});
process.stdin.resume().on('end', () => process.exit());
