// Usage: cluster.mjs PORT. A primary and three workers.
import cluster from 'node:cluster';
import { createServer } from 'node:http';

if (cluster.isPrimary) for (let at = 0; at < 3; at++) cluster.fork();
else createServer((_, response) => response.end('ok')).listen(Number(process.argv[2]), '127.0.0.1');
