// Usage: push-only.mjs PORT. 20 connections on which measurements are sent and nothing is ever received.
import { spawn } from 'node:child_process';
import { connect, createServer } from 'node:net';

const port = Number(process.argv[2]);
if (process.argv[4] === 'client') {
  for (let at = 0; at < 20; at++) {
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => undefined);
    setInterval(() => socket.write('a.b.c 1\n'), 200);
  }
} else {
  createServer((socket) => socket.resume().on('error', () => undefined)).listen(port, '127.0.0.1', () =>
    spawn(process.execPath, [process.argv[1], `${port}`, '-', 'client'], { stdio: 'ignore' }),
  );
}
