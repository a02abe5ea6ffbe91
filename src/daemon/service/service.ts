import { CommandConnection } from '../command/command-connection.ts';
import { parseProxyMessage, PROTOCOL_VERSION, type ProxyMessage } from '../command/message.ts';
import { type Log, logToStderr } from '../log.ts';
import { IdleWatch } from '../socket/idle-watch.ts';
import { type Relay, relaySockets } from '../socket/relay.ts';
import type { Backend } from './backends.ts';
import { dial } from './dial.ts';

export interface ServiceOptions {
  readonly host: string;
  readonly controlPort: number;
  readonly name: string;
  /** The public port to ask P for; 0 = any. */
  readonly srvPort: number;
  readonly backend: Backend;
  readonly idleTimeoutMs: number;
  /** Pause before ConnCmd is dialled again. */
  readonly retryMs: number;
  readonly log: Log;
  /** Called with each registration, so again after ConnCmd broke and came back. */
  readonly onRegistered: (welcome: Welcome) => void;
}

export type Welcome = Extract<ProxyMessage, { readonly type: 'welcome' }>;

export const DEFAULT_SERVICE_OPTIONS = {
  host: '127.0.0.1',
  name: 'echo',
  srvPort: 0,
  idleTimeoutMs: 600_000,
  retryMs: 500,
  log: logToStderr,
} as const satisfies Partial<ServiceOptions>;

/**
 * S: keeps ConnCmd to P, and for each client P tells of joins a connection to ReversePort with one to the backend.
 * When ConnCmd breaks it dials again, until it is closed.
 */
export class Service {
  readonly #options: ServiceOptions;
  readonly #relays = new Set<Relay>();
  readonly #idle: IdleWatch;
  #command: CommandConnection<ProxyMessage> | undefined;
  #retry: NodeJS.Timeout | undefined;
  #welcome: Welcome | undefined;
  #isClosed = false;

  constructor(options: ServiceOptions) {
    const { log, idleTimeoutMs } = options;
    this.#options = options;
    this.#idle = new IdleWatch(idleTimeoutMs, (count) =>
      log(`no byte for ${idleTimeoutMs} ms: broke off ${count} pairs`),
    );
    this.#dial();
  }

  get paired(): number {
    return this.#relays.size;
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#retry);
    this.#command?.close('the service shuts down');
    for (const relay of this.#relays) relay.reset();
    this.#idle.close();
    this.#options.backend.close();
  }

  #dial(): void {
    const { host, controlPort, name, srvPort } = this.#options;
    this.#command = new CommandConnection(dial(host, controlPort), {
      parse: parseProxyMessage,
      onMessage: (message) => this.#read(message),
      onBroken: (because) => this.#redial(because),
    });
    this.#command.send({ type: 'hello', version: PROTOCOL_VERSION, service: name, srvPort });
  }

  #redial(because: string): void {
    const { log, retryMs, name } = this.#options;
    this.#welcome = undefined;
    if (this.#isClosed) return;
    log(`ConnCmd of ${name} broke: ${because}; dialling again in ${retryMs} ms`);
    this.#retry = setTimeout(() => this.#dial(), retryMs);
  }

  #read(message: ProxyMessage): void {
    switch (message.type) {
      case 'ping':
        return;
      case 'refused':
        this.#options.log(`the proxy refused ${this.#options.name}: ${message.because}`);
        return;
      case 'welcome':
        this.#welcome = message;
        this.#command?.startHeartbeat(message.heartbeatMs);
        this.#options.onRegistered(message);
        return;
      case 'client':
        this.#serve(message.token);
    }
  }

  #serve(token: string): void {
    if (this.#welcome === undefined) return;
    const { host, backend } = this.#options;
    const reverse = dial(host, this.#welcome.reversePort);
    if (token !== '') reverse.write(token);
    const relay = relaySockets(reverse, dial(backend.host, backend.port), () => {
      this.#relays.delete(relay);
      this.#idle.delete(relay);
    });
    this.#relays.add(relay);
    this.#idle.add(relay);
  }
}
