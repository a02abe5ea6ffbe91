/** @module-tag prometheus ip unshare */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { expect, onTestFinished, test } from 'vitest';
import { RUN } from '../fdleak.ts';
import { toStage } from '../watching.ts';
import { findFreePort } from '../free-port.ts';
import { DEPLOY, makeFolder, readKit } from './kit.ts';

const LEAKER = fileURLToPath(new URL('../processes/leaks-alone.js', import.meta.url));
const isRoot = process.getuid?.() === 0;
if (!isRoot) console.warn('SKIPPED: hosts in namespaces, for want of root');

/** Addresses of a test alone: 10.231.<n>.1 is this side, 10.231.<n>.2 that of the host. */
interface Host {
  readonly address: string;
  /** Starts a process that is seen on this host alone. */
  readonly run: (command: readonly string[]) => ChildProcess;
}

const ip = async (...args: string[]): Promise<void> => void (await execa('ip', args));

/** A host with a network and processes of its own, and its `fdleak serve`. */
async function startHost(n: number): Promise<Host> {
  const name = `fdl${process.pid}x${n}`;
  const [here, there] = [`fh${process.pid % 10_000}x${n}`, `ft${process.pid % 10_000}x${n}`];
  await ip('netns', 'add', name);
  onTestFinished(async () => {
    await execa('ip', ['link', 'del', here], { reject: false });
    await ip('netns', 'del', name);
  });
  await ip('link', 'add', here, 'type', 'veth', 'peer', 'name', there, 'netns', name);
  await ip('addr', 'add', `10.231.${n}.1/30`, 'dev', here);
  await ip('link', 'set', here, 'up');
  await ip('-n', name, 'addr', 'add', `10.231.${n}.2/30`, 'dev', there);
  await ip('-n', name, 'link', 'set', there, 'up');
  await ip('-n', name, 'link', 'set', 'lo', 'up');
  const address = `10.231.${n}.2:18942`;
  const inside = ['netns', 'exec', name, 'unshare', '--pid', '--fork', '--mount-proc', '--kill-child'];
  const serve = [...RUN, 'serve', '--listen', address, '--interval', '1s', '--min', '1', '--expose-details'];
  // The first process of a pid namespace: the others join it by its pid.
  const first = start('ip', [...inside, ...serve]);
  await once(first.stdout ?? first, 'data');
  const pid = findChild(first.pid ?? 0);
  return { address, run: (command) => start('nsenter', ['-t', `${pid}`, '-n', '-p', '-m', '--', ...command]) };
}

function start(command: string, args: readonly string[]): ChildProcess {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  });
  return child;
}

/** The process that unshare or nsenter has started. */
function findChild(pid: number): number {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
  return Number(children);
}

interface Alert {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly state: string;
}

interface Answer {
  readonly alerts?: readonly Alert[];
  readonly result?: readonly unknown[];
}

/** Prometheus with the rules of the kit, their waits shortened, at 1 s instead of 15 s. */
async function startPrometheus(targets: readonly string[]): Promise<(path: string) => Promise<Answer>> {
  const folder = makeFolder();
  cpSync(`${DEPLOY}prometheus`, folder, { recursive: true });
  const rules = readKit('prometheus/fdleak.rules.yaml')
    .replaceAll(/for: \d+m/g, 'for: 2s')
    .replaceAll('[15m]', '[4s]');
  writeFileSync(join(folder, 'fdleak.rules.yaml'), rules);
  const config = readKit('prometheus/prometheus.yaml')
    .replace('15s', '1s')
    .replace(/targets: .*/, `targets: ${JSON.stringify(targets)}`);
  writeFileSync(join(folder, 'prometheus.yaml'), `global: { evaluation_interval: 1s }\n${config}`);
  const port = await findFreePort();
  const child = spawn(
    'prometheus',
    [
      `--config.file=${folder}/prometheus.yaml`,
      `--storage.tsdb.path=${folder}/tsdb`,
      `--web.listen-address=127.0.0.1:${port}`,
    ],
    { stdio: 'ignore' },
  );
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await once(child, 'exit');
  });
  const api = async (path: string): Promise<Answer> => {
    const response = await fetch(`http://127.0.0.1:${port}/api/v1/${path}`);
    const { data }: { data?: Answer } = JSON.parse(await response.text());
    return data ?? {};
  };
  await expect
    .poll(() =>
      api('query?query=1').then(
        () => true,
        () => false,
      ),
    )
    .toBe(true);
  return api;
}

/** Every query of the dashboard, with its variables set to all. */
function readQueries(): string[] {
  const { panels }: { panels: { targets: { expr: string }[] }[] } = JSON.parse(readKit('grafana/fdleak.json'));
  return panels.flatMap(({ targets }) => targets.map(({ expr }) => expr.replaceAll(/\$(instance|comm)/g, '.*')));
}

test.runIf(isRoot)(
  'of three hosts the one that leaks is alerted on with its culprit, which resolves; every panel of the dashboard has data',
  async () => {
    const hosts = await Promise.all([1, 2, 3].map(startHost));
    // A watch on this machine, by its textfile.
    const { folder } = toStage();
    const textfile = join(folder, 'watch.prom');
    start(RUN[0], [
      ...RUN.slice(1),
      'watch',
      `${process.pid}`,
      '--interval',
      '1s',
      '--no-history',
      '--metrics',
      textfile,
    ]);
    const files = createServer((_, response) =>
      response.end(existsSync(textfile) ? readFileSync(textfile) : ''),
    ).listen(0, '127.0.0.1');
    onTestFinished(() => void files.close());
    await once(files, 'listening');
    const bound = files.address();
    const textfiles = typeof bound === 'object' && bound !== null ? `127.0.0.1:${bound.port}` : '';
    const api = await startPrometheus([...hosts.map(({ address }) => address), textfiles]);
    const culprits = async (): Promise<Alert[]> => {
      const { alerts = [] } = await api('alerts');
      return alerts.filter(({ labels, state }) => labels['alertname'] === 'FdDeadSockets' && state === 'firing');
    };
    const values = async (query: string): Promise<readonly unknown[]> =>
      (await api(`query?query=${encodeURIComponent(query)}`)).result ?? [];
    await expect.poll(() => values('up{job="fdleak"} == 1'), { timeout: 60_000 }).toHaveLength(4);
    expect(await culprits()).toEqual([]);

    const leaker = hosts[1]?.run([process.execPath, LEAKER]);
    await expect.poll(culprits, { timeout: 60_000 }).toHaveLength(1);
    const [alert] = await culprits();
    expect(alert?.labels).toMatchObject({ instance: hosts[1]?.address, comm: 'culprit', severity: 'warning' });
    expect(alert?.annotations['summary']).toMatch(/^culprit on 10\.231\.2\.2:18942 has kept at least 30 dead sockets/);
    expect(alert?.annotations['description']).toContain('30 at dead tcp accepted on 127.0.0.1:8080.');

    for (const query of readQueries()) {
      await expect.poll(() => values(query), { message: query }).not.toEqual([]);
      // Of metrics that nobody has, each panel would be empty.
      expect(await values(query.replaceAll('fdleak_', 'fdleaks_')), query).toEqual([]);
    }

    // nsenter has started it.
    process.kill(findChild(leaker?.pid ?? 0), 'SIGKILL');
    await expect.poll(culprits, { timeout: 60_000 }).toEqual([]);
  },
);
