/**
 * Says a word to a server, on `COUNT` connections; `leave` connects, says nothing, and resets.
 *
 *     node ask.js PORT WORD [COUNT]
 */
import { connect } from 'node:net';

const STAY_MS = 30;
const [port, word, count = '1'] = process.argv.slice(2);

for (let asked = 0; asked < Number(count); asked++) {
  const socket = connect({ host: '127.0.0.1', port: Number(port) });
  socket.on('error', () => undefined);
  socket.on('connect', () => {
    if (word === 'leave') setTimeout(() => socket.resetAndDestroy(), STAY_MS);
    else socket.write(word);
  });
  socket.resume();
  socket.on('end', () => socket.destroy());
}
