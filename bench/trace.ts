/**
 * What it costs a server to be traced: the CPU time of the server for each accept (schedstat), and accepts a second, without and with an
 * engine attached, in turns; and, whatever else the machine does, what a call and its close cost. Needs root, gcc, bpftrace and strace.
 *
 *     npm run bench -- trace
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const ROUNDS = Number(process.env['FDLEAK_BENCH_ROUNDS'] ?? 7);
const WINDOW_MS = 3000;
const root = fileURLToPath(new URL('../../', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'fdleak-bench-'));
const program = `${folder}/trace-server`;

interface Cost {
  readonly microseconds: number;
  readonly perSecond: number;
}

class Server {
  readonly #child: ChildProcess;
  readonly #lines: AsyncIterator<string>;
  readonly port: number;

  static async start(): Promise<Server> {
    const child = spawn(program, ['serve'], { stdio: ['pipe', 'pipe', 'inherit'] });
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const { value } = await lines.next();
    return new Server(child, lines, Number(value));
  }

  constructor(child: ChildProcess, lines: AsyncIterator<string>, port: number) {
    this.#child = child;
    this.#lines = lines;
    this.port = port;
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** Of one window. */
  async measure(): Promise<Cost> {
    const before = await this.#read();
    await sleep(WINDOW_MS);
    const after = await this.#read();
    const accepts = after.accepts - before.accepts;
    return {
      microseconds: (after.cpuMs - before.cpuMs) / (accepts / 1000),
      perSecond: accepts / ((after.atMs - before.atMs) / 1000),
    };
  }

  stop(): void {
    this.#child.kill('SIGKILL');
  }

  async #read(): Promise<{ readonly accepts: number; readonly cpuMs: number; readonly atMs: number }> {
    this.#child.stdin?.write('\n');
    const { value } = await this.#lines.next();
    const [nanoseconds = '0'] = readFileSync(`/proc/${this.pid}/schedstat`, 'utf8').split(' ');
    return { accepts: Number(value), cpuMs: Number(nanoseconds) / 1e6, atMs: performance.now() };
  }
}

/** What comes of `measure` with an engine attached. */
async function whileTraced<T>(pid: number, engine: string, measure: () => Promise<T>): Promise<T> {
  const args = ['trace', `${pid}`, '--engine', engine, '--duration', '60s', '--yes', '--json'];
  const tracing = spawn(process.execPath, [`${root}bin/fdleak.js`, ...args], { stdio: ['ignore', 'ignore', 'pipe'] });
  const ended = once(tracing, 'exit');
  for await (const line of createInterface({ input: tracing.stderr })) if (line.includes(' follows ')) break;
  await sleep(500);
  const measured = await measure();
  tracing.kill('SIGINT');
  await ended;
  return measured;
}

const MOUNTED =
  'd=/sys/kernel/debug; [ -d $d/tracing/events ] || { mount -t debugfs debugfs $d; mount -t tracefs tracefs $d/tracing; } 2>/dev/null; exec "$0" "$@"';

/** The same with an empty program on the two tracepoints that are hit: less no program can cost. */
async function whileHit<T>(pid: number, measure: () => Promise<T>): Promise<T> {
  const program = `tracepoint:syscalls:sys_exit_dup /pid == ${pid}/ {} tracepoint:syscalls:sys_enter_close /pid == ${pid}/ {} interval:ms:50 /@on == 0/ { @on = 1; printf("ready\\n"); }`;
  const hitting = spawn('unshare', ['-m', 'sh', '-c', MOUNTED, 'bpftrace', '-q', '-B', 'line', '-e', program], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const ended = once(hitting, 'exit');
  for await (const line of createInterface({ input: hitting.stdout })) if (line.includes('ready')) break;
  const measured = await measure();
  hitting.kill('SIGKILL');
  await ended;
  return measured;
}

/** What a dup and its close cost in nanoseconds, the least of three times. */
async function printCalls(): Promise<void> {
  const child = spawn(program, ['calls'], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const measure = async (): Promise<number> => {
    child.stdin.write('\n');
    return Number((await lines.next()).value);
  };
  const pid = child.pid ?? 0;
  const [none, empty, traced]: number[][] = [[], [], []];
  for (let round = 0; round < 3; round++) {
    none?.push(await measure());
    empty?.push(await whileHit(pid, measure));
    traced?.push(await whileTraced(pid, 'bpftrace', measure));
  }
  child.kill('SIGKILL');
  const least = (values: readonly number[] = []): number => Math.min(...values);
  console.log(
    `a dup and its close: ${least(none)} ns; an empty program on both ${least(empty) - least(none)} ns more, fdleak's ${least(traced) - least(none)} ns more`,
  );
}

function medianOf(costs: readonly Cost[], of: (cost: Cost) => number): number {
  return costs.map(of).toSorted((a, b) => a - b)[costs.length >> 1] ?? 0;
}

function print(what: string, costs: readonly Cost[]): void {
  const micros = costs.map(({ microseconds }) => microseconds.toFixed(1)).toSorted((a, b) => Number(a) - Number(b));
  const median = medianOf(costs, ({ microseconds }) => microseconds).toFixed(1);
  const perSecond = Math.round(medianOf(costs, (cost) => cost.perSecond));
  console.log(
    `${what.padEnd(10)} median of ${costs.length}: ${median} µs of CPU per accept (${micros[0]} to ${micros.at(-1)}), ${perSecond} accepts a second`,
  );
}

execFileSync('gcc', ['-O2', '-pthread', '-o', program, `${root}bench/trace-server.c`]);
await printCalls();
const server = await Server.start();
const driver = spawn(program, ['drive', `${server.port}`], { stdio: 'ignore' });
try {
  await sleep(500);
  const costs = { none: [] as Cost[], bpftrace: [] as Cost[], strace: [] as Cost[] };
  for (let round = 0; round < ROUNDS; round++) {
    costs.none.push(await server.measure());
    costs.bpftrace.push(await whileTraced(server.pid, 'bpftrace', () => server.measure()));
    if (round % 2 === 0) costs.strace.push(await whileTraced(server.pid, 'strace', () => server.measure()));
  }
  print('none', costs.none);
  print('bpftrace', costs.bpftrace);
  print('strace', costs.strace);
  const ratios = costs.bpftrace.map(({ microseconds }, at) => microseconds / (costs.none[at]?.microseconds ?? 0));
  const ratio = ratios.toSorted((a, b) => a - b)[ratios.length >> 1] ?? 0;
  console.log(
    `bpftrace beside none, each pair by itself: median ${((ratio - 1) * 100).toFixed(0)} % more CPU per accept`,
  );
  const share = medianOf(costs.strace, (cost) => cost.perSecond) / medianOf(costs.none, (cost) => cost.perSecond);
  console.log(`strace leaves ${(share * 100).toFixed(0)} % of the accepts a second`);
} finally {
  driver.kill('SIGKILL');
  server.stop();
  rmSync(folder, { recursive: true, force: true });
}
