// Usage: pipe-proxy.mjs PORT. 20 downloads through pipe(), each read by its client a little at a time: pressure goes back to the backend.
import { spawn } from 'node:child_process';
import { connect, createServer } from 'node:net';

const port = Number(process.argv[2]);
if (process.argv[4] === 'clients') {
  for (let at = 0; at < 20; at++) {
    const socket = connect(port, '127.0.0.1').pause();
    socket.on('error', () => undefined);
    setInterval(() => socket.read(4096), 100);
  }
} else {
  const chunk = Buffer.alloc(65_536);
  const backend = createServer((socket) => {
    const fill = () => {
      while (socket.write(chunk));
    };
    socket.on('drain', fill).on('error', () => undefined);
    fill();
  });
  backend.listen(0, '127.0.0.1', () => {
    const proxy = createServer((client) => {
      const upstream = connect(backend.address().port, '127.0.0.1');
      client.on('error', () => upstream.destroy());
      upstream.on('error', () => client.destroy());
      upstream.pipe(client).pipe(upstream);
    });
    proxy.listen(port, '127.0.0.1', () =>
      spawn(process.execPath, [process.argv[1], `${port}`, '-', 'clients'], { stdio: 'ignore' }),
    );
  });
}
