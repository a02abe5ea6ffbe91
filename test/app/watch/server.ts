import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface, type Interface } from 'node:readline';
import { onTestFinished } from 'vitest';

/** Runs what it reads, line by line, and says when it is done. */
const PROGRAM = `
const net = require('node:net');
const fs = require('node:fs');
const { once } = require('node:events');
const held = {};
require('node:readline').createInterface({ input: process.stdin }).on('line', async (line) => {
  await new (Object.getPrototypeOf(async () => {}).constructor)('net', 'fs', 'once', 'held', line)(net, fs, once, held);
  console.log('done');
});`;

const LISTEN = `
held.accepted = [];
held.server = net.createServer({ allowHalfOpen: true }, (socket) => { socket.pause(); held.accepted.push(socket); });
held.server.listen(0, '127.0.0.1'); await once(held.server, 'listening');
held.connect = async () => {
  const socket = net.connect({ port: held.server.address().port, host: '127.0.0.1', allowHalfOpen: true });
  await once(socket, 'connect'); return socket;
};
held.clients = []; held.file = fs.openSync('/etc/passwd');`;

/** A process that listens, is its own client, and does what it is told. */
export class Server {
  readonly #child: ChildProcess;
  readonly #lines: Interface;

  constructor() {
    const child = spawn(process.execPath, ['-e', PROGRAM], { stdio: ['pipe', 'pipe', 'inherit'] });
    onTestFinished(() => void child.kill('SIGKILL'));
    this.#child = child;
    this.#lines = createInterface({ input: child.stdout });
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** Runs code in it: `held.clients`, `held.accepted`, `held.file`, `await held.connect()`. */
  async act(code: string): Promise<void> {
    this.#child.stdin?.write(`${code.replaceAll('\n', ' ')}\n`);
    await once(this.#lines, 'line');
  }
}

/** Starts one with so many connections; it ends with the test. */
export async function startServer({ clients }: { readonly clients: number }): Promise<Server> {
  const server = new Server();
  await server.act(LISTEN);
  await server.act(`for (let i = 0; i < ${clients}; i += 1) held.clients.push(await held.connect());`);
  return server;
}
