/**
 * A healthy server whose connections idle, and whose loop then stalls while all of them are reset. It closes every one as soon as it
 * runs again. Prints `ready {"pid","port"}`; stalls on SIGUSR2, says `stalling`, until the file named by its argument is there; ends when
 * its input does.
 */
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';

const [, , goOn] = process.argv;
const server = createServer((socket) => {
  socket.on('error', () => undefined);
  socket.resume();
});
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`ready ${JSON.stringify({ pid: process.pid, port: server.address().port })}\n`);
});
process.on('SIGUSR2', () => {
  process.stdout.write('stalling\n', () => {
    while (!existsSync(goOn)) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
  });
});
process.stdin.resume().on('end', () => process.exit());
