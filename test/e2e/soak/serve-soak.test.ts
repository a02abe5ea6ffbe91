/** @module-tag python3 promtool */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { execa } from 'execa';
import { expect, onTestFinished, test } from 'vitest';
import { RUN } from '../fdleak.ts';
import { countSockets } from '../tracing.ts';
import { toDose } from './dose.ts';

const SCANS = toDose({ little: 30, all: 360 });
/** With `10s` all of it takes an hour. */
const INTERVAL = process.env['FDLEAK_INTERVAL'] ?? '1s';
const CROWD = 500;
/** Of this run alone, in names of at most 15 bytes. */
const [CROWD_NAME, SHORT_NAME] = [`soak${process.pid}-`, `life${process.pid}-`];
/** Of one core, ms of a scan: 1 % at 10 s; at 1 s less what looks may take there and not here. */
const MOST_CPU_MS = INTERVAL === '10s' ? 100 : 73;
const SHORT_LIVES = toDose({ little: 500, all: 10_000 });
/** So many of them live at a time. */
const AT_ONCE = 20;
const MIB = 1024;

/** Processes with 15 descriptors each, which only a scan with a low `--min` looks at, and a name each: more series than are told. */
const CROWD_SCRIPT = `
import os, signal, sys
for i in range(${CROWD}):
    if os.fork() == 0:
        open('/proc/self/comm', 'w').write('${CROWD_NAME}%d' % i)
        held = [os.open('/dev/null', os.O_RDONLY) for _ in range(12)]
        signal.pause()
print('ready', flush=True)
sys.stdin.read()
os.killpg(0, signal.SIGKILL)
`;

/** Each has a name of its own, and ends when as many more have begun; with a descriptor more than the crowd, they are told of first. */
const CHURN_SCRIPT = `
import os, signal, time
alive = []
for i in range(${SHORT_LIVES}):
    pid = os.fork()
    if pid == 0:
        open('/proc/self/comm', 'w').write('${SHORT_NAME}%d' % i)
        held = [os.dup(1) for _ in range(15)]
        signal.pause()
    alive.append(pid)
    if len(alive) > ${AT_ONCE}:
        os.kill(alive[0], signal.SIGKILL)
        os.waitpid(alive.pop(0), 0)
    time.sleep(0.01)
for pid in alive:
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
`;

function start(command: string, args: readonly string[], isGroup = false): ChildProcess {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'], detached: isGroup });
  onTestFinished(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    if (isGroup) process.kill(-(child.pid ?? 0), 'SIGKILL');
    else child.kill('SIGKILL');
    await once(child, 'exit');
  });
  return child;
}

async function startServe(interval: string): Promise<{ child: ChildProcess; url: string }> {
  const child = start(RUN[0], [
    ...RUN.slice(1),
    'serve',
    '--listen',
    '127.0.0.1:0',
    '--min',
    '10',
    '--interval',
    interval,
  ]);
  const [line] = await once(child.stdout ?? child, 'data');
  return { child, url: /http:\S+/.exec(String(line))?.[0] ?? '' };
}

async function scrape(url: string): Promise<string> {
  try {
    const response = await fetch(url);
    return response.ok ? await response.text() : '';
  } catch {
    // A connection that was kept is let go of when a scan of a large host took seconds: the next scrape makes another, as Prometheus does.
    return '';
  }
}

const countSeries = (text: string): number => text.split('\n').filter((line) => /^[a-z]/.test(line)).length;

const countShortLives = (text: string): number => new Set(text.match(new RegExp(`comm="${SHORT_NAME}\\d+"`, 'g'))).size;

const without = (name: string): RegExp => new RegExp(`^(?![^]*comm="${name})[^]*fdleak_build_info`);

const SLOW_READERS = 10;

function readUse(pid: number): { rssKib: number; cpuTicks: number } {
  const rssKib = Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
  const cells = readFileSync(`/proc/${pid}/stat`, 'utf8').split(' ');
  return { rssKib, cpuTicks: Number(cells[13]) + Number(cells[14]) };
}

/** The status of `promtool check metrics`, and what it has to say. */
async function checkMetrics(input: string): Promise<[number | undefined, string]> {
  const { exitCode, all } = await execa('promtool', ['check', 'metrics'], { input, reject: false, all: true });
  return [exitCode, all];
}

/** What a scrape takes of a core, ms: of so many, with the scans that fall between them. */
async function measureScrapes(url: string, pid: number, times: number): Promise<number> {
  const before = readUse(pid).cpuTicks;
  for (let n = 0; n < times; n++) await scrape(url);
  return ((readUse(pid).cpuTicks - before) * 10) / times;
}

/** From one scan to the next, ms of one core. */
function cpuMsOf(uses: readonly { cpuTicks: number }[]): number {
  const ticks = (uses.at(-1)?.cpuTicks ?? 0) - (uses[0]?.cpuTicks ?? 0);
  return (ticks * 10) / (uses.length - 1);
}

const maxOf = (all: readonly { rssKib: number }[]): number => Math.max(...all.map(({ rssKib }) => rssKib));

test(
  `${SCANS} scans of ${CROWD} processes: memory is flat, the text sound, the series bounded while processes come and go`,
  { timeout: 7_200_000 },
  async () => {
    const crowd = start('python3', ['-c', CROWD_SCRIPT], true);
    await once(crowd.stdout ?? crowd, 'data');
    const { child, url } = await startServe(INTERVAL);
    await expect.poll(() => scrape(url), { timeout: 60_000 }).toContain(`${CROWD_NAME}1`);
    const uses: { rssKib: number; cpuTicks: number }[] = [];
    const seen = new Set<string>();
    let [text, mostShortLives] = ['', 0];
    for (let scans = 0; scans < SCANS; await wait(250)) {
      const scraped = await scrape(url);
      const at = /^fdleak_scan_timestamp_seconds (\S+)$/m.exec(scraped)?.[1];
      if (at === undefined || seen.has(at)) continue;
      seen.add(at);
      text = scraped;
      scans += 1;
      uses.push(readUse(child.pid ?? 0));
      if (scans === Math.floor(SCANS / 2)) start('python3', ['-c', CHURN_SCRIPT]);
      expect(countSeries(text)).toBeLessThanOrEqual(5000);
      // Those that have ended are gone: while a scan counts, a few more begin.
      mostShortLives = Math.max(mostShortLives, countShortLives(text));
      expect(mostShortLives).toBeLessThanOrEqual(2 * AT_ONCE);
      if (scans % 4 === 0) expect(await checkMetrics(text)).toEqual([0, '']);
    }
    const third = Math.floor(uses.length / 3);
    const [middle, last] = [uses.slice(third, 2 * third), uses.slice(2 * third)];
    const scanMs = cpuMsOf(uses);
    const scrapeMs = await measureScrapes(url, child.pid ?? 0, 40);
    console.info(
      `serve: ${Math.round(maxOf(uses) / MIB)} MiB at most, ${Math.round(maxOf(middle) / MIB)} then ${Math.round(maxOf(last) / MIB)}; ${scanMs.toFixed(0)} ms of a core a scan; at most ${mostShortLives} short lives in one; ${countSeries(text)} series, a scrape in ${scrapeMs.toFixed(1)} ms of a core`,
    );
    // What it accepts is not anything.
    expect((await checkMetrics(text.replaceAll('fdleak_scan_errors_total', 'fdleak_scan_errors')))[0]).not.toBe(0);
    expect(maxOf(uses) / MIB).toBeLessThanOrEqual(120);
    expect(maxOf(last)).toBeLessThanOrEqual(maxOf(middle) * 1.15);
    expect(scrapeMs).toBeLessThan(50);
    // Its time is true where nothing else runs.
    if (SCANS >= 360) expect(scanMs).toBeLessThan(MOST_CPU_MS);
    expect(mostShortLives).toBeGreaterThan(0);
    await expect.poll(() => scrape(url), { timeout: 300_000 }).toMatch(without(SHORT_NAME));
    // Nor does a group stay of whom nothing else took the place.
    crowd.stdin?.end();
    await expect.poll(() => scrape(url), { timeout: 60_000 }).toMatch(without(CROWD_NAME));
  },
);

test(
  '100 scrapes at once, readers that take nothing, a kill and a start: each is answered',
  { timeout: 300_000 },
  async () => {
    const { child, url } = await startServe('10s');
    await expect.poll(() => scrape(url), { timeout: 60_000 }).toContain('fdleak_build_info');
    const { port } = new URL(url);
    const before = countSockets(child.pid ?? 0);
    for (let n = 0; n < SLOW_READERS; n++) {
      const slow = connect(Number(port), '127.0.0.1').on('error', () => undefined);
      onTestFinished(() => void slow.destroy());
      slow.pause().write('GET /metrics HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n'.repeat(200));
    }
    const texts = await Promise.all(Array.from({ length: 100 }, () => scrape(url).catch(() => 'refused')));
    // More than 64 connections are not taken in; those that are get the whole text.
    const answered = texts.filter((text) => text.includes('fdleak_build_info') && text.endsWith('\n'));
    expect(answered.length).toBeGreaterThanOrEqual(64 - SLOW_READERS - 4);
    // Those that read nothing are let go of.
    await expect.poll(() => countSockets(child.pid ?? 0), { timeout: 60_000 }).toBeLessThanOrEqual(before);
    child.kill('SIGKILL');
    await once(child, 'exit');
    const again = start(RUN[0], [...RUN.slice(1), 'serve', '--listen', `127.0.0.1:${port}`, '--interval', '10s']);
    await once(again.stdout ?? again, 'data');
    await expect.poll(() => scrape(url), { timeout: 60_000 }).toContain('fdleak_build_info');
  },
);
