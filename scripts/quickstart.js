/**
 * `npm start`: starts a leaky server, sends it 40 clients that reset their connections, and inspects it while it runs.
 *
 * A dead socket is a certain leak after 10 minutes by default; here after 2 s, so that the story is short. Ends with 0 when fdleak found the
 * leak (its own exit status is 1 then), else with 1; the server is gone afterwards in either case.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const CLIENTS = 40;
const FOUND = 1;

const path = (relative) => fileURLToPath(new URL(relative, import.meta.url));
const say = (text) => process.stdout.write(`# ${text}\n`);

const server = spawn(process.execPath, [path('./leaky-server.js')], { stdio: ['pipe', 'pipe', 'inherit'] });
const ready = new Promise((resolve, reject) => {
  server.once('error', reject).once('exit', (status) => reject(new Error(`the server ended with ${status}`)));
  createInterface({ input: server.stdout }).once('line', resolve);
});

try {
  const { pid, port } = JSON.parse((await ready).slice('ready '.length));
  say(`A leaky server listens on 127.0.0.1:${port}, pid ${pid}.`);
  await Promise.all(Array.from({ length: CLIENTS }, () => connectAndReset(port)));
  say(`${CLIENTS} clients connected to it and reset their connections.`);
  say(`fdleak inspect ${pid} --certain-after 2s`);
  process.exitCode = (await inspect(pid)) === FOUND ? 0 : 1;
  say(`fdleak's exit status was ${process.exitCode === 0 ? 'that of a found leak, 1' : 'not that of a found leak'}.`);
} finally {
  server.stdin.end();
}

async function connectAndReset(port) {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  socket.resetAndDestroy();
}

async function inspect(pid) {
  const fdleak = spawn(process.execPath, [path('../bin/fdleak.js'), 'inspect', `${pid}`, '--certain-after', '2s'], {
    stdio: 'inherit',
  });
  const [status] = await once(fdleak, 'exit');
  return status;
}
