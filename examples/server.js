// The program under test: an HTTP server that closes what it opens.
const { createServer } = require('node:http');

createServer((_, response) => response.end('hello\n')).listen(Number(process.env.PORT ?? 8080), '127.0.0.1');
