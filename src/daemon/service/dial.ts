import { connect, type Socket } from 'node:net';

/** How long a connection may take to come about. */
const DIAL_TIMEOUT_MS = 5000;

/** Connects with half-close kept; what is written before is sent once connected, a failure ends in 'close' with an error. */
export function dial(host: string, port: number): Socket {
  const socket = connect({
    host,
    port,
    allowHalfOpen: true,
    noDelay: true,
    keepAlive: true,
    keepAliveInitialDelay: 15_000,
  });
  const deadline = setTimeout(() => socket.destroy(), DIAL_TIMEOUT_MS);
  socket.on('error', () => {});
  socket.once('connect', () => clearTimeout(deadline));
  socket.once('close', () => clearTimeout(deadline));
  return socket;
}
