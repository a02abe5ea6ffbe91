// A healthy server and its clients in one process: it warms up to 25 connections in 15 s, and every 8 s a burst of 12 comes and goes.
// Prints `ready {"pid":…}` once it listens.
import { createServer, connect } from 'node:net';

const server = createServer((socket) => socket.on('error', () => undefined).resume());
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address();
  console.log(`ready ${JSON.stringify({ pid: process.pid, port })}`);
  const open = () => connect(port, '127.0.0.1').on('error', () => undefined);
  for (let warm = 1; warm <= 12; warm += 1) setTimeout(open, warm * 1200);
  setInterval(() => {
    for (let one = 0; one < 12; one += 1) {
      setTimeout(() => {
        const client = open();
        setTimeout(() => client.end(), 3000 - one * 100);
      }, one * 200);
    }
  }, 8000);
});
