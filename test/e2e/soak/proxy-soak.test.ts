import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect, it } from 'vitest';
import { type Party, readStatus, settle, startParty, startService, until } from '../processes/proxy-parties.ts';
import { toRandom } from '../processes/proxy-random.ts';
import { toDose } from './dose.ts';

const CONNECTIONS = toDose({ little: 4000, all: 20_000 });
/**
 * Where the memory of a warm process is taken. A new one has 54 MB and grows to 116 MB within 6,000 connections, where it stays
 * for any number more: Node's heap grows to the size its load asks for and is not given back.
 */
const WARM_UP = 6000;
const AT_ONCE = 48;
const KILLS = CONNECTIONS / 400;
const SEED = Number(process.env['FDLEAK_SEED'] ?? 1122);

const running = new Set<Party>();
afterAll(async () => {
  await Promise.all([...running].map(async (party) => party.stop()));
});

/** S on a port that stays the same, killed and started again. `deaths` grows when it dies, `kills` when that is decided. */
class MortalService {
  readonly #proxy: Party;
  readonly #port: number;
  #party: Party;
  kills = 0;
  deaths = 0;
  isUp = true;
  ready: Promise<void> = Promise.resolve();

  constructor(proxy: Party, party: Party) {
    this.#proxy = proxy;
    this.#party = party;
    this.#port = party.ready.srvPort;
  }

  get port(): number {
    return this.#port;
  }

  kill(): void {
    this.kills += 1;
    this.ready = this.ready.then(async () => this.#restart());
  }

  async #restart(): Promise<void> {
    this.deaths += 1;
    this.isUp = false;
    await this.#party.stop('SIGKILL');
    running.delete(this.#party);
    await until(
      async () => (await readStatus(this.#proxy)).services.length,
      (n) => n === 0,
    );
    this.#party = await startService(this.#proxy, '--srv-port', `${this.#port}`);
    running.add(this.#party);
    this.isUp = true;
  }
}

type Outcome = 'completed' | 'cut' | 'left' | 'wrong' | 'unconnected';

it(`keeps no descriptor of ${CONNECTIONS} clients, polite and not, while the service is killed ${KILLS} times`, async () => {
  const random = toRandom(SEED);
  const proxy = await startParty(['--pair-timeout', '2s', '--idle-timeout', '5s', '--heartbeat', '500ms']);
  running.add(proxy);
  const first = await startService(proxy);
  running.add(first);
  const service = new MortalService(proxy, first);
  const before = await settle(proxy);
  const outcomes: Record<Outcome, number> = { completed: 0, cut: 0, left: 0, wrong: 0, unconnected: 0 };
  let cutWithoutKill = 0;
  let connected = 0;
  let warmRssKb = 0;

  const killAt = Array.from({ length: KILLS }, () => Math.floor(random() * CONNECTIONS)).toSorted((a, b) => a - b);
  const worker = async (): Promise<void> => {
    while (connected < CONNECTIONS) {
      await service.ready;
      const { deaths, isUp } = service;
      const outcome = await runOne(service.port, random);
      outcomes[outcome] += 1;
      if (outcome === 'cut' && isUp && service.deaths === deaths) cutWithoutKill += 1;
      if (outcome !== 'unconnected') connected += 1;
      if (connected >= WARM_UP && warmRssKb === 0) warmRssKb = proxy.rssKb;
      if (connected >= (killAt[service.kills] ?? Infinity)) service.kill();
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  while (service.kills < KILLS) {
    await service.ready;
    service.kill();
  }
  await service.ready;

  await until(
    () => proxy.descriptors,
    (n) => n === before,
    15_000,
  );
  const status = await readStatus(proxy);
  const rssKb = await until(
    () => proxy.rssKb,
    (kb) => warmRssKb === 0 || kb <= warmRssKb * 1.2,
    10_000,
  );
  console.log(
    JSON.stringify({ outcomes, kills: service.kills, before, after: proxy.descriptors, warmRssKb, rssKb, status }),
  );
  expect(outcomes.wrong).toBe(0);
  expect(cutWithoutKill).toBe(0);
  expect(outcomes.completed).toBeGreaterThan(CONNECTIONS / 2);
  expect(service.deaths).toBe(KILLS);
  expect(status).toMatchObject({ waiting: 0, paired: 0, openDescriptors: before + 1 });
  expect(status.closed).toBe(status.accepted);
}, 180_000);

/** One client: echoes and compares, half-closes before it is paired, resets midway, or never reads and leaves. */
async function runOne(port: number, random: () => number): Promise<Outcome> {
  const kind = random();
  const sent = randomBytes(random, kind < 0.02 ? 1 << 20 : 32 * 1024);
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  const chunks: Buffer[] = [];
  let isConnected = false;
  socket.on('error', () => {}).once('connect', () => (isConnected = true));
  const closed = new Promise<void>((resolve) => void socket.once('close', () => resolve()));
  if (kind < 0.65) {
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.write(sent.subarray(0, sent.length / 2));
    if (random() < 0.5) await sleep(random() * 20);
    socket.end(sent.subarray(sent.length / 2));
    socket.on('end', () => {});
    await closed;
    return judge({ isConnected, sent, received: Buffer.concat(chunks) });
  }
  socket.write(sent);
  if (kind < 0.75) socket.pause();
  else socket.resume();
  await Promise.race([closed, sleep(random() * 60)]);
  if (kind < 0.9 && !socket.connecting && !socket.destroyed) socket.resetAndDestroy();
  else socket.destroy();
  await closed;
  return isConnected ? 'left' : 'unconnected';
}

function judge({ isConnected, sent, received }: { isConnected: boolean; sent: Buffer; received: Buffer }): Outcome {
  if (!isConnected) return 'unconnected';
  if (received.equals(sent)) return 'completed';
  return received.equals(sent.subarray(0, received.length)) ? 'cut' : 'wrong';
}

function randomBytes(random: () => number, most: number): Buffer {
  const bytes = Buffer.alloc(1 + Math.floor(random() * most));
  // Numbers in order: a lost, doubled or swapped piece shows.
  const start = Math.floor(random() * 0xffff_ffff);
  for (let at = 0; at + 4 <= bytes.length; at += 4) bytes.writeUInt32LE((start + at) >>> 0, at);
  return bytes;
}
