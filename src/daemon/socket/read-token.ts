import type { Socket } from 'node:net';

/** Length of a token on the wire: 128 random bits in hex, without a terminator. */
export const TOKEN_LENGTH = 32;

/**
 * Reads the token with which S claims a client, then hands over in the same tick, together with any bytes that came
 * behind it. A socket that ends before is closed. The deadline is not kept here: see UnprovenSockets.
 */
export function readToken(socket: Socket, onToken: (token: string, rest: Buffer) => void): void {
  let bytes: Buffer = Buffer.alloc(0);
  const read = (chunk: Buffer): void => {
    bytes = Buffer.concat([bytes, chunk]);
    if (bytes.length < TOKEN_LENGTH) return;
    socket.off('data', read).off('end', leave);
    onToken(bytes.toString('latin1', 0, TOKEN_LENGTH), bytes.subarray(TOKEN_LENGTH));
  };
  const leave = (): void => {
    socket.destroy();
  };
  socket.on('data', read).on('end', leave);
}
