import type { Socket } from 'node:net';
import { CommandConnection } from '../command/command-connection.ts';
import { type PairingKind, parseServiceMessage, PROTOCOL_VERSION, type ServiceMessage } from '../command/message.ts';
import type { Log } from '../log.ts';
import { listen, type Listener } from '../socket/listen.ts';
import type { Pairing } from './pairing.ts';

type Hello = Extract<ServiceMessage, { readonly type: 'hello' }>;

/** What one session needs of the proxy it belongs to. */
export interface SessionContext {
  readonly host: string;
  readonly log: Log;
  readonly keepaliveMs: number;
  /** 0 = none, as in the leaky proxy. */
  readonly heartbeatMs: number;
  readonly pairing: PairingKind;
  /** Accept ClientSockets and ServerSockets without ever reading them: libuv then keeps them out of its epoll set. */
  readonly isPausedOnConnect: boolean;
  readonly toPairing: (askFor: (token: string) => void) => Pairing;
  readonly onHello: (session: ServiceSession) => void;
  readonly onClient: (client: Socket, pairing: Pairing) => void;
  readonly onBroken: (session: ServiceSession, because: string) => void;
}

/**
 * One service S behind the proxy, for as long as its ConnCmd lives: the greeting, SrvPort for the clients, ReversePort
 * for S, and the clients that wait. All of it goes when ConnCmd breaks.
 */
export class ServiceSession {
  readonly pairing: Pairing;
  /** Empty until S has greeted. */
  name = '';
  srvPort: Listener | undefined;
  reversePort: Listener | undefined;
  readonly #context: SessionContext;
  readonly #command: CommandConnection<ServiceMessage>;
  #isBroken = false;

  constructor(socket: Socket, context: SessionContext) {
    this.#context = context;
    this.#command = new CommandConnection(socket, {
      parse: parseServiceMessage,
      onMessage: (message) => this.#read(message),
      onBroken: (because) => this.#break(because),
    });
    this.pairing = context.toPairing((token) => this.#command.send({ type: 'client', token }));
  }

  /** Closes SrvPort; clients that wait or are paired go on. */
  stopAccepting(): void {
    this.srvPort?.close();
  }

  refuse(because: string): void {
    this.#command.send({ type: 'refused', because });
    this.close(because);
  }

  close(because: string): void {
    this.#command.close(because);
  }

  #read(message: ServiceMessage): void {
    if (message.type === 'ping') return;
    if (this.name !== '') return this.close('a second hello');
    this.name = message.service;
    this.#context.onHello(this);
    if (!this.#isBroken) void this.#register(message);
  }

  async #register({ service, srvPort: wanted }: Hello): Promise<void> {
    const { log, heartbeatMs, pairing } = this.#context;
    try {
      const ports = await this.#listen(wanted);
      if (this.#isBroken) return;
      log(`service ${service} registered: SrvPort ${ports.srvPort}, ReversePort ${ports.reversePort}`);
      this.#command.send({ type: 'welcome', version: PROTOCOL_VERSION, ...ports, pairing, heartbeatMs });
      this.#command.startHeartbeat(heartbeatMs);
    } catch (error) {
      this.refuse(error instanceof Error ? error.message : 'the ports cannot be had');
    }
  }

  async #listen(wanted: number): Promise<{ srvPort: number; reversePort: number }> {
    const { host, keepaliveMs, isPausedOnConnect, onClient } = this.#context;
    const options = { keepAlive: true, keepAliveInitialDelay: keepaliveMs, pauseOnConnect: isPausedOnConnect };
    try {
      this.reversePort = await listen({ host, port: 0 }, options, (server) => this.pairing.addServer(server));
      this.srvPort = await listen({ host, port: wanted }, options, (client) => onClient(client, this.pairing));
      return { srvPort: this.srvPort.port, reversePort: this.reversePort.port };
    } finally {
      // ConnCmd may have broken meanwhile, when there was nothing to close yet.
      if (this.#isBroken) this.#closePorts();
    }
  }

  #break(because: string): void {
    this.#isBroken = true;
    this.#closePorts();
    this.pairing.giveUp();
    this.#context.onBroken(this, because);
  }

  #closePorts(): void {
    this.srvPort?.close();
    this.reversePort?.close();
  }
}
