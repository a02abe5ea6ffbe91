import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface, type Interface } from 'node:readline';
import { expect, it, onTestFinished } from 'vitest';
import { FullLooks } from '../../../src/app/watch/full-looks.ts';
import type { LeanLook } from '../../../src/app/watch/lean-look.ts';
import { SharedWatches } from '../../../src/app/watch/shared-watches.ts';
import type { Descriptor } from '../../../src/core/model/descriptor.ts';
import { toWorld } from '../../../src/machine.ts';

/** Runs what it reads, line by line, and says when it is done. */
const TARGET = `
const net = require('node:net');
const fs = require('node:fs');
const { once } = require('node:events');
const held = {};
require('node:readline').createInterface({ input: process.stdin }).on('line', async (line) => {
  await new (Object.getPrototypeOf(async () => {}).constructor)('net', 'fs', 'once', 'held', line)(net, fs, once, held);
  console.log('done');
});`;

const PREPARE = `
held.server = net.createServer({ allowHalfOpen: true }, (socket) => { socket.pause(); (held.accepted ??= []).push(socket); });
held.server.listen(0, '127.0.0.1'); await once(held.server, 'listening');
held.connect = async () => {
  const socket = net.connect({ port: held.server.address().port, host: '127.0.0.1', allowHalfOpen: true });
  await once(socket, 'connect'); return socket;
};
held.one = await held.connect(); held.two = await held.connect(); held.file = fs.openSync('/etc/passwd');`;

class Target {
  readonly #child: ChildProcess;
  readonly #lines: Interface;

  constructor() {
    const child = spawn(process.execPath, ['-e', TARGET], { stdio: ['pipe', 'pipe', 'inherit'] });
    onTestFinished(() => void child.kill('SIGKILL'));
    this.#child = child;
    this.#lines = createInterface({ input: child.stdout });
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  async act(code: string): Promise<void> {
    this.#child.stdin?.write(`${code.replaceAll('\n', ' ')}\n`);
    await once(this.#lines, 'line');
  }
}

function newLooks(): FullLooks {
  const world = toWorld([]);
  const shared = new SharedWatches(world.clock);
  return new FullLooks(world, {
    intervalMs: 1000,
    cpuMs: () => 0,
    shared,
    interrupted: new AbortController().signal,
  });
}

async function lookOf(looks: FullLooks, pid: number): Promise<LeanLook> {
  const sight = await looks.take(pid);
  if (sight.kind !== 'seen') throw new Error(`it was ${sight.kind}`);
  return sight.look;
}

function toFacts({ descriptors }: LeanLook): string[] {
  const fact = ({ fd, target, place, verdict: { is, leak } }: Descriptor): string =>
    [fd, target, place, is, leak].join(' ');
  return descriptors.map(fact).toSorted();
}

it('is as good as a first look, whatever the process did since the last, and looks again only where it did something', async () => {
  const target = new Target();
  await target.act(PREPARE);
  const looks = newLooks();
  const settle = async (): Promise<LeanLook> => {
    let before: LeanLook | null = null;
    // Where something changed, a few looks are whole; of ten one always is.
    for (let tries = 0; tries < 12; tries += 1) {
      const now = await lookOf(looks, target.pid);
      if (now === before) return now;
      before = now;
    }
    throw new Error('it never came to rest');
  };
  await settle();
  for (const change of [
    'held.three = await held.connect();',
    'fs.closeSync(held.file); held.file = fs.openSync("/etc/group");',
    'held.one.write("unread"); await new Promise((resolve) => setTimeout(resolve, 50));',
    'const end = once(held.three, "close"); held.three.destroy(); await end;',
    'const gone = held.accepted.pop(); const end = once(gone, "close"); gone.destroy(); await end;',
    'held.more = Array.from({ length: 30 }, () => fs.openSync("/dev/null"));',
  ]) {
    await target.act(change);
    const seen = toFacts(await lookOf(looks, target.pid));
    expect(seen, change).toEqual(toFacts(await lookOf(newLooks(), target.pid)));
    if (!change.includes('destroy')) expect(toFacts(await settle()), change).toEqual(seen);
  }
});
