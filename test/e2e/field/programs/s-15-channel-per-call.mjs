// A client that makes an HTTP/2 channel for each call and never closes it, as gRPC clients do. usage: [how many=20] [more each second=0]. One shared channel speaks.
import { fork } from 'node:child_process';
import { connect, createServer } from 'node:http2';

if (process.argv[2] === 'server') {
  const server = createServer((_, response) => response.end('x'));
  server.listen(0, '127.0.0.1', () => process.send(server.address().port));
  process.on('disconnect', () => process.exit(0));
} else {
  const many = Number(process.argv[2] ?? 20);
  const perSecond = Number(process.argv[3] ?? 0);
  const server = fork(process.argv[1], ['server']);
  const port = await new Promise((resolve) => server.once('message', resolve));
  const open = () => connect(`http://127.0.0.1:${port}`);
  const call = (channel) =>
    new Promise((resolve, reject) => channel.request().on('end', resolve).on('error', reject).resume().end());
  const kept = [];
  const leak = async () => {
    const channel = open();
    kept.push(channel);
    await call(channel);
  };
  for (let at = 0; at < many; at++) await leak();
  if (perSecond > 0) setInterval(leak, 1000 / perSecond);
  const shared = open();
  setInterval(() => call(shared), 500);
  console.log(JSON.stringify({ pid: process.pid, leaked: { established: many, to: `127.0.0.1:${port}` } }));
  setTimeout(() => process.exit(0), 150_000);
}
