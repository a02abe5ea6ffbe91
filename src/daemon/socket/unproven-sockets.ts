import type { Socket } from 'node:net';
import { resetSocket } from './reset.ts';

/**
 * Connections that have not yet said who they are: they get a deadline, and there is room for only so many.
 *
 * When the room is full the oldest goes, not the newest: whoever means it speaks in the first packet, so the oldest are
 * strays. Refusing newcomers would let a stray take someone's place.
 */
export class UnprovenSockets {
  readonly #deadlineMs: number;
  readonly #room: () => number;
  /** In order of arrival, as a Map keeps it. */
  readonly #timers = new Map<Socket, NodeJS.Timeout>();

  constructor(deadlineMs: number, room: () => number) {
    this.#deadlineMs = deadlineMs;
    this.#room = room;
  }

  get size(): number {
    return this.#timers.size;
  }

  add(socket: Socket): void {
    this.#timers.set(
      socket,
      setTimeout(() => this.#drop(socket), this.#deadlineMs),
    );
    socket.once('close', () => this.delete(socket));
    if (this.#timers.size <= this.#room()) return;
    const [oldest] = this.#timers.keys();
    if (oldest !== undefined) this.#drop(oldest);
  }

  /** The socket said who it is, or is gone. */
  delete(socket: Socket): void {
    clearTimeout(this.#timers.get(socket));
    this.#timers.delete(socket);
  }

  close(): void {
    for (const socket of this.#timers.keys()) this.#drop(socket);
  }

  #drop(socket: Socket): void {
    this.delete(socket);
    resetSocket(socket);
  }
}
