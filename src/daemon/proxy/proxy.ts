import { setTimeout as sleep } from 'node:timers/promises';
import type { Socket } from 'node:net';
import { countOpenDescriptors } from '../descriptors/own-descriptors.ts';
import { toReserve } from '../descriptors/gate.ts';
import { CountedLog } from '../log.ts';
import { IdleWatch } from '../socket/idle-watch.ts';
import { listen, type Listener } from '../socket/listen.ts';
import { Relay, type RelayEnd } from '../socket/relay.ts';
import { resetSocket } from '../socket/reset.ts';
import { UnprovenSockets } from '../socket/unproven-sockets.ts';
import { Ledger } from './ledger.ts';
import type { ProxyOptions } from './options.ts';
import { FixedPairing } from './pairing-fixed.ts';
import { LeakyPairing } from './pairing-leaky.ts';
import type { Pairing, PairingContext } from './pairing.ts';
import { ServiceSession } from './service-session.ts';
import { type ProxyStatus, startStatusServer, type StatusServer } from './status-server.ts';

const MAX_SERVICES = 256;
const LOG_INTERVAL_MS = 5000;
const DRAIN_LOOK_MS = 20;

/** P: takes services in on its control port and joins their clients to them. See startProxy(). */
export class Proxy {
  readonly #options: ProxyOptions;
  readonly #ledger: Ledger;
  /** One for each ConnCmd, greeted or not. */
  readonly #sessions = new Set<ServiceSession>();
  /** Those of greeted sessions. They outlive their session while clients wait in them, which only the leaky one lets happen. */
  readonly #pairings = new Set<Pairing>();
  readonly #relays = new Set<Relay>();
  readonly #greeting: UnprovenSockets;
  readonly #unproven: UnprovenSockets;
  readonly #idle: IdleWatch;
  readonly #late: CountedLog;
  readonly #unknown: CountedLog;
  #lastUnknown = '';
  #control: Listener | undefined;
  #status: StatusServer | undefined;

  constructor(options: ProxyOptions) {
    const { log, pairTimeoutMs, idleTimeoutMs } = options;
    this.#options = options;
    this.#ledger = new Ledger(log);
    // Strays live on the reserve, so there is room for a quarter of it; whoever has been promised a place comes on top.
    const room = (): number => Math.ceil(toReserve(this.#ledger.softLimit ?? Infinity) / 4);
    this.#greeting = new UnprovenSockets(pairTimeoutMs, room);
    this.#unproven = new UnprovenSockets(pairTimeoutMs, () => room() + this.#waiting);
    this.#idle = new IdleWatch(idleTimeoutMs, (count) =>
      log(`no byte for ${idleTimeoutMs} ms: broke off ${count} pairs`),
    );
    this.#late = new CountedLog(
      log,
      LOG_INTERVAL_MS,
      (count) => `no ServerSocket within ${pairTimeoutMs} ms: gave up ${count} clients`,
    );
    this.#unknown = new CountedLog(
      log,
      LOG_INTERVAL_MS,
      (count) => `${count} peers without a greeting left ConnCmd, the last: ${this.#lastUnknown}`,
    );
  }

  get controlPort(): number {
    return this.#control?.port ?? 0;
  }

  get statusPort(): number {
    return this.#status?.port ?? 0;
  }

  get status(): ProxyStatus {
    const { accepted, closed, refused, softLimit } = this.#ledger;
    return {
      mode: this.#options.mode,
      pid: process.pid,
      services: [...this.#sessions].flatMap(({ name, srvPort, reversePort, pairing }) =>
        srvPort === undefined || reversePort === undefined
          ? []
          : [{ name, srvPort: srvPort.port, reversePort: reversePort.port, waiting: pairing.waiting }],
      ),
      waiting: this.#waiting,
      paired: this.#relays.size,
      accepted,
      closed,
      refused,
      openDescriptors: countOpenDescriptors() ?? null,
      softLimit: softLimit ?? null,
    };
  }

  async open(): Promise<void> {
    const { host, controlPort, statusPort, keepaliveMs } = this.#options;
    const keepalive = { keepAlive: true, keepAliveInitialDelay: keepaliveMs };
    this.#control = await listen({ host, port: controlPort }, keepalive, (socket) => this.#addSession(socket));
    this.#status = await startStatusServer({ host: '127.0.0.1', port: statusPort }, () => this.status);
  }

  /** Stops accepting, lets clients finish for `drainMs`, breaks off what is left. Afterwards no descriptor is left. */
  async close(): Promise<void> {
    this.#control?.close();
    for (const session of this.#sessions) session.stopAccepting();
    // What waits in the leaky proxy waits for ever.
    const deadline = Date.now() + (this.#options.mode === 'leaky' ? 0 : this.#options.drainMs);
    while (this.#waiting + this.#relays.size > 0 && Date.now() < deadline) await sleep(DRAIN_LOOK_MS);
    for (const session of this.#sessions) session.close('the proxy shuts down');
    for (const relay of this.#relays) relay.reset();
    this.#greeting.close();
    this.#unproven.close();
    this.#idle.close();
    this.#late.close();
    this.#unknown.close();
    this.#ledger.close();
    this.#status?.close();
  }

  get #waiting(): number {
    let waiting = 0;
    for (const pairing of this.#pairings) waiting += pairing.waiting;
    return waiting;
  }

  #addSession(socket: Socket): void {
    const { mode, host, log, keepaliveMs, heartbeatMs } = this.#options;
    const isLeaky = mode === 'leaky';
    if (!isLeaky) this.#greeting.add(socket);
    const session = new ServiceSession(socket, {
      host,
      log,
      keepaliveMs,
      heartbeatMs: isLeaky ? 0 : heartbeatMs,
      pairing: isLeaky ? 'order' : 'token',
      isPausedOnConnect: isLeaky,
      toPairing: (askFor) => this.#toPairing(askFor),
      onHello: (greeted) => this.#admitSession(socket, greeted),
      onClient: (client, pairing) => this.#addClient(client, pairing),
      onBroken: (broken, because) => this.#removeSession(broken, because),
    });
    this.#sessions.add(session);
  }

  #admitSession(socket: Socket, session: ServiceSession): void {
    this.#greeting.delete(socket);
    if (this.#pairings.size >= MAX_SERVICES) session.refuse(`${MAX_SERVICES} services are registered already`);
    else this.#pairings.add(session.pairing);
  }

  #removeSession(session: ServiceSession, because: string): void {
    if (session.name === '') {
      this.#lastUnknown = because;
      this.#unknown.add();
    } else this.#options.log(`ConnCmd of ${session.name} broke: ${because}`);
    this.#sessions.delete(session);
    if (session.pairing.waiting === 0) this.#pairings.delete(session.pairing);
  }

  #toPairing(askFor: (token: string) => void): Pairing {
    const { mode, pairTimeoutMs } = this.#options;
    const context: PairingContext = { askFor, onPair: (client, server) => this.#addRelay(client, server) };
    if (mode === 'leaky') return new LeakyPairing(context);
    return new FixedPairing(context, { pairTimeoutMs, unproven: this.#unproven, onTimeout: () => this.#late.add() });
  }

  #addClient(client: Socket, pairing: Pairing): void {
    if (this.#options.mode === 'fixed' && !this.#ledger.admits(this.#waiting)) return resetSocket(client);
    this.#ledger.accepted += 1;
    client.once('close', () => {
      if (!pairing.keeps(client)) this.#ledger.closed += 1;
    });
    pairing.addClient(client);
  }

  #addRelay(client: RelayEnd, server: RelayEnd): void {
    const relay = new Relay(client, server, () => {
      this.#relays.delete(relay);
      this.#idle.delete(relay);
    });
    this.#relays.add(relay);
    if (this.#options.mode === 'fixed') this.#idle.add(relay);
  }
}
