import { type Command, InvalidArgumentError, Option } from 'commander';
import { type Answer, type HttpServer, startHttpServer } from '../../app/serve/http-server.ts';
import { serveScans } from '../../app/serve/serve-scans.ts';
import { isFresh, type Served } from '../../app/serve/served.ts';
import { renderMetrics } from '../../report/metrics/prometheus.ts';
import { renderScanPage } from '../../report/scan/page.ts';
import type { Context } from '../context.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { minOption, repeatableOption } from '../flags/options.ts';
import { durationOption, parsePauseMs } from '../flags/durations.ts';

interface Options {
  readonly listen: Listen;
  readonly interval: number;
  readonly within: number;
  readonly min: number;
  readonly host: readonly string[];
  readonly exposeDetails?: true;
  readonly textfile?: string;
}

interface Listen {
  readonly address: string;
  readonly port: number;
}

/** Above the ports that exporters of Prometheus have given themselves, and below those that the kernel gives out. */
const DEFAULT_LISTEN: Listen = { address: '127.0.0.1', port: 18_942 };

const EXAMPLES = `Examples:
  $ sudo fdleak serve        at http://127.0.0.1:18942/metrics
  $ sudo fdleak serve --listen 0.0.0.0:18942
  $ sudo fdleak serve --textfile /var/lib/node_exporter
`;

const AFTER = `
Paths: /metrics, /healthz, /readyz, and / for people. No TLS, no passwords: put
a proxy in front where others can reach it. Metrics and alerts: docs/serve.md.`;

/** `fdleak serve`: the host's scan as metrics of Prometheus, again and again. */
export function addServe(program: Command, context: Context): void {
  program
    .command('serve')
    .summary('every process of this host as Prometheus metrics')
    .description('Scans this host repeatedly and serves the result as Prometheus metrics.')
    .addOption(
      new Option('--listen <address:port>', 'where to listen')
        .argParser(toListen)
        .default(DEFAULT_LISTEN, '127.0.0.1:18942'),
    )
    .option('--textfile <folder>', 'write fdleak.prom there instead of listening')
    .addOption(durationOption('--interval <duration>', 'time between scans', '10s', toInterval))
    .addOption(durationOption('--within <duration>', 'finish a scan within this time', '2s'))
    .addOption(minOption(20))
    .addOption(repeatableOption('--host <name>', 'also answer requests for this host name'))
    .option('--expose-details', 'show places (paths and peers) beyond loopback too')
    .addHelpText('before', EXAMPLES)
    .addHelpText('after', AFTER)
    .action(async (options: Options) => {
      context.exit(await serve(options, context));
    });
}

async function serve(options: Options, context: Context): Promise<ExitCode> {
  const { address, port } = options.listen;
  const isLoopback = /^127\.|^::1$/.test(address);
  const isFile = options.textfile !== undefined;
  const showsPlaces = isFile || isLoopback || options.exposeDetails === true;
  const interrupted = context.interrupted();
  let served: Served | null = null;
  const fresh = (): Served | null =>
    isFresh(served, context.world.clock.monotonicMs(), options.interval) ? served : null;
  let server: HttpServer | null = null;
  if (!isFile) {
    try {
      server = await startHttpServer({
        address,
        port,
        names: options.host,
        answer: (path) => toAnswer(path, fresh(), showsPlaces),
      });
    } catch (error) {
      context.fail(`cannot listen on ${address}:${port}: ${error instanceof Error ? error.message : String(error)}`);
      return EXIT.cannotTell;
    }
    context.print(`serving http://${address.includes(':') ? `[${address}]` : address}:${server.port}/metrics\n`);
    if (!isLoopback) context.fail('others can reach this port: no TLS, no password; a proxy in front has both');
  }
  let refusal: string | null = null;
  await serveScans(context.world, {
    intervalMs: options.interval,
    withinMs: options.within,
    min: options.min,
    showsPlaces,
    interrupted,
    render: renderMetrics,
    textfile: options.textfile ?? null,
    onScan: (scanned) => {
      served = scanned;
    },
    onTextfile: (because) => {
      // Said once, not at every scan.
      if (because !== null && because !== refusal) context.fail(because);
      refusal = because;
    },
    onFailure: context.fail,
  });
  server?.close();
  return refusal === null ? EXIT.clean : EXIT.cannotTell;
}

const TEXT = 'text/plain; charset=utf-8';
/** @see https://prometheus.io/docs/instrumenting/exposition_formats/ */
const METRICS = 'text/plain; version=0.0.4; charset=utf-8';

function toAnswer(path: string, served: Served | null, showsPlaces: boolean): Answer | null {
  if (path === '/healthz') return { status: 200, type: TEXT, text: 'ok\n' };
  // The page names paths and peers.
  if (path !== '/metrics' && path !== '/readyz' && !(path === '/' && showsPlaces)) return null;
  if (served === null) return { status: 503, type: TEXT, text: 'No scan yet, or the last one is too old.\n' };
  if (path === '/metrics') return { status: 200, type: METRICS, text: served.text };
  if (path === '/readyz') return { status: 200, type: TEXT, text: 'ready\n' };
  return { status: 200, type: 'text/html; charset=utf-8', text: renderScanPage(served.scan) };
}

function toListen(text: string): Listen {
  const [, bracketed, plain, digits] = /^(?:\[([^\]]+)\]|([^:[\]]*)):(\d{1,5})$/.exec(text) ?? [];
  if (digits === undefined || Number(digits) > 65_535)
    throw new InvalidArgumentError('Expected ADDRESS:PORT, such as 127.0.0.1:18942.');
  const address = bracketed ?? plain ?? '';
  return { address: address === '' ? '0.0.0.0' : address, port: Number(digits) };
}

function toInterval(text: string): number {
  const ms = parsePauseMs(text);
  if (ms < 1000) throw new InvalidArgumentError('Too short: at least 1s.');
  return ms;
}
