/**
 * A healthy server whose event loop stalls for 900 ms at a time, while its clients reset and close: dead sockets wait for
 * the loop to come back, and are then closed. `ready {"pid":4242,"port":41375}`. Exits when its standard input closes.
 */
import { startServer } from './served.js';

const STALL_MS = 900;
const PAUSE_MS = 300;
/** Long enough that many connections are open when a stall begins, and end within it. */
const HOLD_MS = 600;

startServer({ perSecond: 100, holdMs: HOLD_MS });
setTimeout(stall, PAUSE_MS);

function stall() {
  const until = performance.now() + STALL_MS;
  while (performance.now() < until);
  setTimeout(stall, PAUSE_MS);
}
