import { type Command, InvalidArgumentError, Option } from 'commander';
import { parseDuration } from '../../core/parse/duration.ts';
import { type Endpoint, parseEndpoint } from '../../daemon/endpoint.ts';
import { StartError } from '../../daemon/start-error.ts';
import type { Context } from '../context.ts';
import { EXIT } from '../exit-code.ts';

interface ProxyFlags {
  readonly leaky?: true;
  readonly host: string;
  readonly controlPort: number;
  readonly statusPort: number;
  readonly nofile?: number;
  readonly keepalive: number;
  readonly pairTimeout: number;
  readonly idleTimeout: number;
  readonly heartbeat: number;
  readonly drainTimeout: number;
}

interface ServiceFlags {
  readonly proxy: Endpoint;
  readonly name: string;
  readonly backend: string;
  readonly srvPort: number;
  readonly retry: number;
  readonly idleTimeout: number;
}

interface ClientFlags {
  readonly to: Endpoint;
  readonly count: number;
  readonly send: string;
  readonly hold: number;
  readonly clientExit: 'reset' | 'fin';
}

const EXAMPLES = `Example:
  $ fdleak proxy --leaky     then point a service and a client at its ports
`;

/**
 * `fdleak proxy`, `fdleak proxy service`, `fdleak proxy client`: the three parties of the reference reverse proxy.
 * Each prints `ready {json}` on stdout once it listens, is registered or is connected; its log goes to stderr.
 */
export function addProxy(program: Command, context: Context): void {
  const proxy = program
    .command('proxy')
    .summary('the reference proxy of the demo, leaky or fixed')
    .description('Runs the reference reverse proxy: --leaky leaks descriptors as the original did, --fixed does not.')
    .addHelpText('before', EXAMPLES)
    // What the program sets for all: here an option after `service` may be one of `proxy`.
    .enablePositionalOptions(false)
    .addOption(new Option('--fixed', 'leak nothing (the default)').conflicts('leaky'))
    .option('--leaky', 'pause each client and wait for the service forever')
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option('--control-port <n>', 'port for command connections; 0 = any', parsePort, 0)
    .option('--status-port <n>', 'port on loopback that answers with JSON; 0 = any', parsePort, 0)
    .option('--nofile <n>', 'lower the soft limit on open files to this first', parseCount)
    .addOption(toTimeOption('--keepalive', 'idle time before TCP keepalive probes a client, whole seconds', '15s'))
    .addOption(toTimeOption('--pair-timeout', 'fixed: how long a client waits for the service', '5s'))
    .addOption(toTimeOption('--idle-timeout', 'fixed: how long a pair may be idle', '10m'))
    .addOption(
      toTimeOption('--heartbeat', 'fixed: interval of pings on a command connection; three may be missed', '5s'),
    )
    .addOption(toTimeOption('--drain-timeout', 'fixed: how long clients may finish after SIGTERM', '10s'))
    .action(async (flags: ProxyFlags) => orFail(context, async () => runProxy(flags, context)));
  // No option of these two may have the name of one of `proxy`, which would take it for its own.
  addService(proxy, context);
  addClient(proxy, context);
}

function addService(proxy: Command, context: Context): void {
  proxy
    .command('service')
    .description('Runs a service behind the proxy.')
    .requiredOption('--proxy <host:port>', 'where the proxy takes command connections', parseAddress)
    .option('--name <name>', 'name to register under', 'echo')
    .option('--backend <echo|http|host:port>', 'what answers: built in, or running elsewhere', parseBackend, 'echo')
    .option('--srv-port <n>', 'public port to ask the proxy for; 0 = any', parsePort, 0)
    .addOption(toTimeOption('--retry', 'pause before reconnecting to the proxy', '500ms'))
    .addHelpText('after', '\n--idle-timeout, before or after `service`, applies to the service too.')
    .action(async (_: unknown, command: Command) =>
      orFail(context, async () => runService(command.optsWithGlobals<ServiceFlags>(), context)),
    );
}

function addClient(proxy: Command, context: Context): void {
  proxy
    .command('client')
    .description('Connects to a service through the proxy, stays, leaves, and prints what the clients saw as JSON.')
    .requiredOption('--to <host:port>', 'public port of the service', parseAddress)
    .option('--count <n>', 'connections to open', parseCount, 1)
    .option('--send <text>', 'text that each connection sends', '')
    .addOption(toTimeOption('--hold', 'how long to stay', '1s'))
    .addOption(
      new Option('--client-exit <how>', 'leave with a FIN, or with a reset').choices(['fin', 'reset']).default('fin'),
    )
    .action(async (flags: ClientFlags) => runClients(flags, context));
}

async function runProxy(flags: ProxyFlags, context: Context): Promise<void> {
  const [{ startProxy }, { lowerSoftLimit }, { runUntilSignal }] = await Promise.all([
    import('../../daemon/proxy/start-proxy.ts'),
    import('../../daemon/descriptors/own-descriptors.ts'),
    import('../../daemon/run-until-signal.ts'),
  ]);
  if (flags.nofile !== undefined) lowerSoftLimit(flags.nofile);
  const proxy = await startProxy({
    mode: flags.leaky === true ? 'leaky' : 'fixed',
    host: flags.host,
    controlPort: flags.controlPort,
    statusPort: flags.statusPort,
    keepaliveMs: flags.keepalive,
    pairTimeoutMs: flags.pairTimeout,
    idleTimeoutMs: flags.idleTimeout,
    heartbeatMs: flags.heartbeat,
    drainMs: flags.drainTimeout,
  });
  const { controlPort, statusPort, status } = proxy;
  context.print(
    toReadyLine({ pid: status.pid, mode: status.mode, controlPort, statusPort, softLimit: status.softLimit }),
  );
  await runUntilSignal(async () => proxy.close());
}

async function runService(flags: ServiceFlags, context: Context): Promise<void> {
  const [{ DEFAULT_SERVICE_OPTIONS, Service }, { startBackend }, { runUntilSignal }] = await Promise.all([
    import('../../daemon/service/service.ts'),
    import('../../daemon/service/backends.ts'),
    import('../../daemon/run-until-signal.ts'),
  ]);
  const { host, port: controlPort } = flags.proxy;
  const service = new Service({
    ...DEFAULT_SERVICE_OPTIONS,
    host,
    controlPort,
    name: flags.name,
    srvPort: flags.srvPort,
    backend: await startBackend(flags.backend),
    idleTimeoutMs: flags.idleTimeout,
    retryMs: flags.retry,
    onRegistered({ srvPort, reversePort }) {
      context.print(toReadyLine({ pid: process.pid, name: flags.name, srvPort, reversePort }));
    },
  });
  await runUntilSignal(() => service.close());
}

async function runClients(flags: ClientFlags, context: Context): Promise<void> {
  const { runClient } = await import('../../daemon/client/run-client.ts');
  const { count, send, hold: holdMs, clientExit: exit } = flags;
  const report = await runClient({ ...flags.to, count, send, holdMs, exit }, () =>
    context.print(toReadyLine({ pid: process.pid, count })),
  );
  context.print(`${JSON.stringify(report)}\n`);
}

/** `ready {"pid":4711,"controlPort":40973}`: one line that a script can wait for. */
function toReadyLine(facts: object): string {
  return `ready ${JSON.stringify(facts)}\n`;
}

function toTimeOption(flag: string, description: string, initial: string): Option {
  return new Option(`${flag} <duration>`, description).argParser(parseTime).default(parseTime(initial), initial);
}

/** Says in one line what the machine refused; anything else is a bug and thrown on. */
async function orFail(context: Context, run: () => Promise<void>): Promise<void> {
  try {
    await run();
  } catch (error) {
    if (!(error instanceof StartError)) throw error;
    context.fail(error.message);
    context.exit(EXIT.cannotTell);
  }
}

function parseAddress(text: string): Endpoint {
  const endpoint = parseEndpoint(text);
  if (endpoint === undefined) throw new InvalidArgumentError('Expected host:port, or a port on loopback.');
  return endpoint;
}

function parseBackend(text: string): string {
  if (text !== 'echo' && text !== 'http' && parseEndpoint(text) === undefined) {
    throw new InvalidArgumentError('Expected echo, http or host:port.');
  }
  return text;
}

function parsePort(text: string): number {
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65_535)
    throw new InvalidArgumentError('Expected a port from 0 to 65535.');
  return Number(text);
}

function parseCount(text: string): number {
  if (!/^[1-9]\d{0,6}$/.test(text)) throw new InvalidArgumentError('Expected a positive whole number.');
  return Number(text);
}

function parseTime(text: string): number {
  const ms = parseDuration(text);
  // Node's timers hold 31 bits; a longer one would fire at once.
  if (ms === undefined || ms < 1 || ms > 0x7fff_ffff) {
    throw new InvalidArgumentError('Expected a duration such as 250ms, 5s or 10m, at most 24d.');
  }
  return Math.ceil(ms);
}
