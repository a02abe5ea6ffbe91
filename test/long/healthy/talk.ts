import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';

/** What a client says at first, and again whenever it is answered. */
export interface Talk {
  readonly hello: string | Uint8Array | (() => Uint8Array);
  readonly again?: string | Uint8Array;
  /** By the file `socket` of the folder. */
  readonly isUnix: boolean;
  /** So many at a time; 30 where nothing is said. */
  readonly clients?: number;
}

export const HTTP: Talk = { hello: 'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n', isUnix: false };
export const REDIS: Talk = { hello: 'PING\r\n', isUnix: false };

/** A question for the address of `x`, with the length that TCP wants before it. */
export function toDnsQuery(): Uint8Array {
  const query = Buffer.from('000101000001000000000000017800000100 01'.replaceAll(' ', ''), 'hex');
  return Buffer.concat([Buffer.from([0, query.length]), query]);
}

/** Each client needs a name of its own: a second one of the same name ends the first. */
export function toMqttConnect(): Uint8Array {
  const name = randomBytes(4).toString('hex');
  const body = Buffer.concat([Buffer.from('\0\x04MQTT\x04\x02\0\x3c\0\x08'), Buffer.from(name)]);
  return Buffer.concat([Buffer.from([0x10, body.length]), body]);
}

const MANY = 30;
const ANSWER_AFTER_MS = 20;
const PASSING_EVERY_MS = 50;

/** Clients that talk all the time, and every 50 ms one that comes, asks, and resets or ends. Returns how to stop. */
export function talkTo(at: { readonly port: number; readonly path: string }, talk: Talk): () => void {
  const standing = talk.clients ?? MANY;
  const sockets = new Set<Socket>();
  let isOver = false;
  const open = (onAnswer: (socket: Socket) => void): void => {
    const socket = talk.isUnix ? connect(at.path) : connect(at.port, '127.0.0.1');
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => sockets.delete(socket));
    socket.on('connect', () => socket.write(typeof talk.hello === 'function' ? talk.hello() : talk.hello));
    socket.on('data', () => onAnswer(socket));
    // Some never answer.
    setTimeout(() => onAnswer(socket), 500).unref();
  };
  const stand = (): void =>
    open((socket) => {
      void wait(ANSWER_AFTER_MS).then(() => {
        if (isOver) return;
        if (socket.writable) socket.write(talk.again ?? (typeof talk.hello === 'function' ? talk.hello() : talk.hello));
      });
    });
  for (let at = 0; at < standing; at++) stand();
  let turn = 0;
  const passing = setInterval(() => {
    open((socket) => (turn++ % 2 === 0 && !talk.isUnix ? socket.resetAndDestroy() : socket.end()));
    while (sockets.size < standing) stand();
  }, PASSING_EVERY_MS);
  return () => {
    isOver = true;
    clearInterval(passing);
    for (const socket of sockets) socket.destroy();
  };
}
