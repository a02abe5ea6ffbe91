/**
 * A server that does to its descriptors what its clients ask for. On one port, a word a connection: `close` closes it, `file`
 * opens a file and keeps it, `once` opens a file the first time only, `end` ends the process. What connects to the port above
 * it is accepted, kept, and never looked at again.
 *
 *     node leaks.js [PORT]  ->  ready {"pid":4242,"port":41375,"leakPort":41376}
 *
 * Exits when its standard input closes, where that is a pipe.
 */
import { openSync } from 'node:fs';
import { createServer } from 'node:net';

const wanted = Number(process.argv[2] ?? 0);
const kept = [];
let hasOpened = false;

const server = createServer((socket) => {
  socket.on('error', () => undefined);
  socket.once('data', (chunk) => {
    const word = chunk.toString();
    if (word === 'end') process.exit(7);
    if (word === 'file' || (word === 'once' && !hasOpened)) openSync('/etc/hostname');
    hasOpened = true;
    socket.destroy();
  });
});
const leaking = createServer({ pauseOnConnect: true }, (socket) => kept.push(socket));

leaking.listen(wanted === 0 ? 0 : wanted + 1, '127.0.0.1', () => {
  server.listen(wanted, '127.0.0.1', () => {
    const ready = { pid: process.pid, port: server.address().port, leakPort: leaking.address().port };
    process.stdout.write(`ready ${JSON.stringify(ready)}\n`);
  });
});
if (process.env.FDLEAK_TEST_STDIN === 'pipe') process.stdin.resume().on('end', () => process.exit(0));
