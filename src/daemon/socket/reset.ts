import type { Socket } from 'node:net';

/**
 * Closes a connection so that the peer learns it was broken off (RST), never that it was complete (FIN).
 *
 * `resetAndDestroy()` alone leaks a descriptor in Node 20: between `end()` and 'finish' libuv refuses the reset with
 * EINVAL, Node drops the handle all the same, and nothing is left that could close it. In that moment all bytes are
 * with the kernel already and a plain close loses nothing. While connecting it would wait for a connection that
 * may never come.
 *
 * @see libuv src/unix/tcp.c uv_tcp_close_reset(); node lib/net.js Socket.prototype._destroy
 */
export function resetSocket(socket: Socket): void {
  const isShuttingDown = socket.writableEnded && !socket.writableFinished && socket.writableLength === 0;
  if (socket.connecting || isShuttingDown) socket.destroy();
  else if (!socket.destroyed) socket.resetAndDestroy();
}
