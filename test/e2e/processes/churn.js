/**
 * Load for the two servers, in a process of its own so that its sockets are not the observed ones.
 *
 *     node churn.js PORT CONNECTIONS_PER_SECOND HOLD_MS
 *
 * Every connection sends a byte, waits for the answer, stays for HOLD_MS and ends: by turns with FIN, with RST, and with FIN before the answer.
 * Exits when its standard input closes.
 */
import { connect } from 'node:net';

const [port, perSecond, holdMs] = process.argv.slice(2).map(Number);
const TICK_MS = 10;
const OPEN_AT_MOST = 400;
const GIVE_UP_MS = 2000;
const ENDINGS = [(socket) => socket.end(), (socket) => socket.resetAndDestroy(), (socket) => socket.end()];

let opened = 0;
let open = 0;
const startedAt = performance.now();

function openOne() {
  const turn = opened++ % ENDINGS.length;
  open += 1;
  const socket = connect({ host: '127.0.0.1', port });
  socket.on('connect', () => {
    socket.write('x');
    if (turn === 2) socket.end();
  });
  socket.once('data', () => setTimeout(() => ENDINGS[turn](socket), holdMs));
  socket.setTimeout(GIVE_UP_MS, () => socket.resetAndDestroy());
  socket.on('error', () => undefined);
  socket.on('close', () => (open -= 1));
}

setInterval(() => {
  const due = ((performance.now() - startedAt) / 1000) * perSecond;
  if (open >= OPEN_AT_MOST) opened = Math.ceil(due);
  while (opened < due && open < OPEN_AT_MOST) openOne();
}, TICK_MS);

process.stdin.resume().on('end', () => process.exit(0));
