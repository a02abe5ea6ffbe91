// Usage: streams.mjs PORT. 40 clients have asked and ended their direction; each is sent something ten times a second.
import { spawn } from 'node:child_process';
import { connect, createServer } from 'node:net';

const port = Number(process.argv[2]);
if (process.argv[4] === 'clients') {
  for (let at = 0; at < 40; at++) {
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    socket.on('error', () => undefined).resume();
    socket.end('GET\n');
  }
} else {
  createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('error', () => undefined).resume();
    setInterval(() => socket.write('tick\n'), 100);
  }).listen(port, '127.0.0.1', () =>
    spawn(process.execPath, [process.argv[1], `${port}`, '-', 'clients'], { stdio: 'ignore' }),
  );
}
