// Usage: pools.mjs PORT FOLDER [bare]. A pool of 500 connections, each used once; `bare`: without keepalive.
import { spawn } from 'node:child_process';
import { connect, createServer } from 'node:net';

const [, program, port, , part] = process.argv;
const keeps = part !== 'bare' && part !== 'client-bare';
if (part?.startsWith('client')) {
  for (let at = 0; at < 500; at++) {
    const socket = connect(Number(port), '127.0.0.1', () => socket.setKeepAlive(keeps, 60_000).write('x'));
    socket.on('data', () => undefined).on('error', () => undefined);
  }
} else {
  createServer({ keepAlive: keeps }, (socket) =>
    socket.on('data', () => socket.write('y')).on('error', () => undefined),
  ).listen({ port: Number(port), host: '127.0.0.1', backlog: 1000 }, () =>
    spawn(process.execPath, [program, port, '-', keeps ? 'client' : 'client-bare'], { stdio: 'ignore' }),
  );
}
