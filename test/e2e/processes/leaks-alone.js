/** Accepts 30 connections, pauses them, and resets their other ends itself: 30 dead sockets that nobody closes. Ends when it is told to. */
import { writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';

const COUNT = 30;
writeFileSync('/proc/self/comm', 'culprit');
const kept = [];
const server = createServer({ pauseOnConnect: true }, (socket) => {
  kept.push(socket);
  if (kept.length === COUNT) setTimeout(() => clients.forEach((one) => one.resetAndDestroy()), 200);
});
const clients = [];
server.listen(8080, '127.0.0.1', () => {
  for (let i = 0; i < COUNT; i++) clients.push(connect(8080, '127.0.0.1').on('error', () => undefined));
});
