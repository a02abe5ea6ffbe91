import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toFrame } from '../../src/daemon/command/frame.ts';
import {
  connectClients,
  echo,
  type Party,
  readStatus,
  settle,
  startParty,
  startService,
  until,
} from './processes/proxy-parties.ts';
import { toRandom } from './processes/proxy-random.ts';

const STREAMS = 10_000;
/** Few enough that each is read, not only crowded out by the next. */
const AT_ONCE = 16;
const SEED = 20_261_122;

let proxy: Party;
let target: Party;
let bystander: Party;

beforeAll(async () => {
  proxy = await startParty(['--pair-timeout', '3s', '--idle-timeout', '2s', '--heartbeat', '3s']);
  target = await startService(proxy, '--name', 'target', '--idle-timeout', '2s');
  bystander = await startService(proxy, '--name', 'bystander', '--backend', 'http');
});

afterAll(async () => {
  await Promise.all([proxy, target, bystander].map(async (party) => party.stop()));
});

describe('10,000 random byte streams', () => {
  it.each([
    { at: 'ConnCmd', port: () => proxy.ready.controlPort },
    { at: 'SrvPort', port: () => target.ready.srvPort },
    { at: 'ReversePort', port: () => target.ready.reversePort },
  ])(
    'at $at crash nothing, leak nothing and disturb no other service',
    async ({ port }) => {
      const random = toRandom(SEED);
      const before = await settle(proxy);
      let disturbed = 0;
      for (let sent = 0; sent < STREAMS; sent += AT_ONCE) {
        await Promise.all(Array.from({ length: AT_ONCE }, async () => throwBytes(port(), random)));
        if (sent % (AT_ONCE * 50) !== 0) continue;
        const answer = await echo(bystander.ready.srvPort, 'GET / HTTP/1.0\r\n\r\n');
        if (!answer.includes('hello from behind the proxy')) disturbed += 1;
      }

      expect(disturbed).toBe(0);
      await until(
        () => proxy.descriptors,
        (n) => n === before,
      );
      expect(await echo(target.ready.srvPort, 'still served')).toBe('still served');
      const { services, waiting, paired } = await readStatus(proxy);
      expect(services.map(({ name }) => name).toSorted()).toEqual(['bystander', 'target']);
      expect({ waiting, paired }).toEqual({ waiting: 0, paired: 0 });
    },
    170_000,
  );

  it('and a flood that says nothing at all leave room for a client', async () => {
    const before = await settle(proxy);
    const silent = [proxy.ready.controlPort, target.ready.reversePort].flatMap((port) =>
      Array.from({ length: 300 }, () => connect(port, '127.0.0.1').on('error', () => {})),
    );

    expect(await echo(target.ready.srvPort, 'in between')).toBe('in between');
    const [late] = await connectClients(proxy.ready.controlPort, 1);
    expect(late?.isClosed).toBe(false);

    await until(
      () => proxy.descriptors,
      (n) => n === before,
    );
    for (const socket of [...silent, ...(late === undefined ? [] : [late.socket])]) socket.destroy();
  });
});

/** Connects, writes one of several kinds of nonsense in a few pieces, and leaves in one of three ways. */
async function throwBytes(port: number, random: () => number): Promise<void> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => {}).resume();
  const closed = new Promise<void>((resolve) => void socket.once('close', () => resolve()));
  for (let piece = 0; piece < 1 + random() * 3; piece += 1) socket.write(nonsense(random));
  const exit = random();
  if (exit < 0.4) socket.end();
  else if (exit < 0.7) socket.once('connect', () => socket.resetAndDestroy());
  // The rest neither reads an end nor leaves until it is thrown out, for a while.
  else setTimeout(() => socket.destroy(), random() * 20);
  await Promise.race([
    closed,
    new Promise<void>((resolve) => void setTimeout(() => resolve(socket.destroy() && undefined), 1000)),
  ]);
}

function nonsense(random: () => number): Buffer {
  const kind = random();
  const bytes = Buffer.from(Array.from({ length: 1 + Math.floor(random() * 200) }, () => Math.floor(random() * 256)));
  if (kind < 0.4) return bytes;
  // Lengths that fit, with a body that does not; then messages that are nearly right.
  if (kind < 0.6) return Buffer.concat([Buffer.from([0, 0, 0, bytes.length]), bytes]);
  const message = NEARLY[Math.floor(random() * NEARLY.length)] ?? {};
  const frame = toFrame(message);
  if (kind < 0.8) frame[Math.floor(random() * frame.length)] = Math.floor(random() * 256);
  return kind < 0.95 ? frame : frame.subarray(0, Math.floor(random() * frame.length));
}

const NEARLY: readonly object[] = [
  { type: 'hello', version: 1, service: 'target', srvPort: 0 },
  { type: 'hello', version: 2, service: 'target', srvPort: 0 },
  { type: 'hello', version: 1, service: '../../etc', srvPort: 0 },
  { type: 'hello', version: 1, service: 'low', srvPort: -1 },
  { type: 'ping' },
  { type: 'client', token: '0'.repeat(32) },
  { type: '__proto__' },
  ['hello'],
];
