// A Node server at rest: a listener, a watcher, a timer, the threads of its pool.
import dns from 'node:dns';
import fs from 'node:fs';
import http from 'node:http';

http
  .createServer((_, response) => response.end('ok'))
  .listen(0, '127.0.0.1', () => console.log(JSON.stringify({ pid: process.pid })));
setInterval(() => {}, 1000);
dns.lookup('localhost', () => {});
fs.watch('.');
setTimeout(() => process.exit(), 90_000);
