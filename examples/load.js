// One run of the exercise: twenty requests, each over a connection of its own.
const { get } = require('node:http');

for (let sent = 0; sent < 20; sent++) {
  get({ host: '127.0.0.1', port: Number(process.env.PORT ?? 8080), agent: false }, (response) => response.resume());
}
