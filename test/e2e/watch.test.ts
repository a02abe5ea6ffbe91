import { once } from 'node:events';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { connect, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { execa } from 'execa';
import { describe, it as plain, type TestContext } from 'vitest';
import { fdleak } from './fdleak.ts';
import { findFreePort } from './free-port.ts';
import { findAll } from './tracing.ts';
import { type Stage, type Told, toStage, type Watching } from './watching.ts';

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server does not listen');
  return address.port;
}

/** A leaker, endpoints that are silent, speak rubbish and are down, and watches that alert one of them and a hook that hangs. */
async function startBadlyServed(stage: Stage, onTestFinished: TestContext['onTestFinished']) {
  const leaker = await stage.script('watch-leaker.js', 300);
  const silent = createServer((socket) => socket.on('error', () => undefined)).listen(0, '127.0.0.1');
  const rubbish = createServer((socket) => socket.on('error', () => undefined).end('no HTTP at all\r\n')).listen(
    0,
    '127.0.0.1',
  );
  await Promise.all([silent, rubbish].map((server) => once(server, 'listening')));
  onTestFinished(() => void [silent.close(), rubbish.close()]);
  const ports = [portOf(silent), portOf(rubbish), await findFreePort()];
  const mark = `${600 + Math.random()}`;
  onTestFinished(() => {
    for (const pid of findAll(mark)) process.kill(pid, 'SIGKILL');
  });
  const quick = ['--interval', '300ms', '--orphan-age', '1s', '--for', '0'];
  const start = (port: number, args: readonly string[]): Watching => {
    const ways = ['--webhook', `http://127.0.0.1:${port}/`, '--exec', `sleep ${mark}`];
    return stage.watch([`${leaker.pid}`, ...quick, '--history', join(stage.folder, `${port}.db`), ...ways, ...args]);
  };
  return { ports, mark, start };
}

const it = plain.extend<{ stage: Stage }>({
  stage: async ({ onTestFinished }, use) => await use(toStage({ onTestFinished })),
});

/** Parts of a second test beside a first: all of them wait most of the time. */
describe.concurrent('a watch', () => {
  it(
    'tells the leak of a real proxy: growing, how fast, until when, since when each',
    { timeout: 150_000 },
    async ({ expect, onTestFinished, stage }) => {
      const proxy = await stage.fdleak('proxy', '--leaky', '--keepalive', '1s', '--nofile', '1024');
      const service = await stage.fdleak('proxy', 'service', '--proxy', `127.0.0.1:${proxy.ready['controlPort']}`);
      service.child.kill('SIGSTOP');
      const died = new Map<number, number>();
      const leaker = setInterval(() => {
        const client = connect(service.ready['srvPort'] ?? 0, '127.0.0.1').on('error', () => undefined);
        setTimeout(() => {
          died.set(client.localPort ?? 0, Date.now());
          client.resetAndDestroy();
        }, 5000);
      }, 2000);
      onTestFinished(() => clearInterval(leaker));
      const watching = stage.watch([`${proxy.pid}`, '--interval', '1s', '--duration', '80s', '--orphan-age', '20s']);

      expect(await watching.ended).toBe(1);

      const { report, exitCode } = await stage.report();
      const total = report.trends.find(({ subject }) => subject === 'total')!;
      const orphaned = report.trends.find(({ subject }) => subject === 'orphaned')!;
      const last = watching.last;
      expect([total.growth, orphaned.growth]).toEqual(['growing', 'growing']);
      expect(total.perHour).toBeGreaterThan(1800 * 0.9);
      expect(total.perHour).toBeLessThan(1800 * 1.1);
      const hoursLeft = (1024 - last.open) / 1800;
      expect(total.hoursToLimit?.expected).toBeGreaterThan(hoursLeft * 0.85);
      expect(total.hoursToLimit?.expected).toBeLessThan(hoursLeft * 1.15);
      expect(exitCode).toBe(1);

      const orphans = report.suspects.filter(({ verdicts }) => verdicts.at(-1)!.verdict === 'orphaned');
      expect(orphans.length).toBeGreaterThan(30);
      const lookedAt = watching.ticks.filter(({ full }) => full).map(({ at }) => Date.parse(at));
      const apart = Math.max(...lookedAt.slice(1).map((at, index) => at - (lookedAt[index] ?? at)));
      expect(apart).toBeLessThan(10_000);
      // The peer is that of a look at the living connection, and on a busy machine full looks come less often than clients die.
      const seenAlive = orphans.filter(({ verdicts }) => verdicts.some(({ verdict }) => verdict === 'established'));
      expect(seenAlive.length).toBeGreaterThan(orphans.length * (apart < 5000 ? 0.95 : 0.3));
      // Of those that were dead when first seen, the kernel's own walk may tell it too.
      expect(seenAlive.filter(({ lastPeer }) => lastPeer === null)).toEqual([]);
      const late = seenAlive.map(
        ({ lastPeer, verdicts }) => Date.parse(verdicts.at(-1)!.at) - died.get(lastPeer!.port)!,
      );
      expect(Math.max(...late)).toBeLessThan(apart + 500);
      expect(watching.alerts.map(({ rule, is }) => `${rule} ${is}`)).toContain('orphans opened');
    },
  );

  it('calls no leak what warms up and what comes and goes', { timeout: 150_000 }, async ({ expect, stage }) => {
    const server = await stage.script('watch-healthy.js');
    const watching = stage.watch([`${server.pid}`, '--interval', '1s', '--duration', '85s']);

    expect(await watching.ended).toBe(0);
    const counts = watching.ticks.map(({ open }) => open);
    expect(Math.max(...counts) - Math.min(...counts)).toBeGreaterThan(30);
    expect(watching.last.growing).toEqual([]);
    const churn = watching.ticks.reduce((sum, { opened }) => sum + (opened ?? 0), 0);
    expect(churn).toBeGreaterThan(100);
  });

  it('goes on where it was killed: ages, no sample lost, the time between recorded', async ({ expect, stage }) => {
    const leaker = await stage.script('watch-leaker.js', 1000);
    const first = stage.watch([`${leaker.pid}`, '--interval', '500ms']);
    await first.until(() => first.ticks.length >= 12 && (first.byVerdict['orphaned'] ?? 0) >= 2);
    first.child.kill('SIGKILL');
    await first.ended;
    const before = await stage.report();
    await wait(4000);
    const second = stage.watch([`${leaker.pid}`, '--interval', '500ms', '--samples', '6']);
    await second.ended;
    const { report } = await stage.report();

    expect(before.report.samples).toBeGreaterThanOrEqual(first.ticks.length);
    expect(report.samples).toBe(before.report.samples + 6);
    // A busy machine has gaps of its own.
    const ends = report.events.filter(({ because }) => because.includes('the previous watch had ended'));
    expect(ends.map(({ kind }) => kind)).toEqual(['gap']);
    expect(report.segments).toHaveLength(1);
    const oldest = report.suspects[0]!;
    expect(Date.parse(oldest.firstSeen)).toBeLessThan(Date.parse(second.ticks[0]!.at) - 4000);
    expect(oldest.lastSeen).toBe(null);
    expect(new Set(report.suspects.map(({ id }) => id)).size).toBe(report.suspects.length);
  });

  it('refuses a second watch on one history, with the pid of the first, and lets a report read it', async ({
    expect,
    stage,
  }) => {
    const leaker = await stage.script('watch-leaker.js', 0);
    const first = stage.watch([`${leaker.pid}`, '--interval', '500ms']);
    await first.until(() => first.ticks.length >= 3);
    const second = stage.watch([`${leaker.pid}`, '--interval', '500ms']);

    expect(await second.ended).toBe(3);
    expect(second.stderr).toContain(`process ${first.child.pid} is already writing this history`);
    const { report } = await stage.report();
    expect(report.history.writer).toBe(first.child.pid);
    expect(report.samples).toBeGreaterThanOrEqual(3);
    expect(await first.stop()).toBe(0);
    expect((await stage.report()).report.history.writer).toBe(null);
  });

  it('ends when its process does, and follows a name through a restart', async ({ expect, stage }) => {
    const mark = `mark-${process.pid}-${Date.now()}`;
    const one = await stage.script('watch-leaker.js', 0, mark);
    const byPid = stage.watch([`${one.pid}`, '--interval', '200ms', '--no-history']);
    const byName = stage.watch(['--name', mark, '--interval', '200ms']);
    await byPid.until(() => byPid.ticks.length > 2);
    await byName.until(() => byName.ticks.length > 2);
    one.child.kill('SIGKILL');

    expect(await byPid.ended).toBe(0);
    expect(byPid.events.at(-1)!.because).toBe(`process ${one.pid} (node) has ended`);
    const two = await stage.script('watch-leaker.js', 0, mark);
    await byName.until(() => byName.last.pid === two.pid);
    await byName.stop();
    const { report } = await stage.report();
    expect(report.segments.map(({ because, pid }) => `${because} ${pid}`)).toEqual([
      `first-look ${one.pid}`,
      `restart ${two.pid}`,
    ]);
  });

  it('begins a segment when the limit changes, and alerts near it, at it too', async ({ expect, stage }) => {
    const script = new URL('./processes/watch-leaker.js', import.meta.url).pathname;
    const leaker = await stage.start(['prlimit', '--nofile=100:200', process.execPath, script, '100']);
    const watching = stage.watch([`${leaker.pid}`, '--interval', '1s', '--for', '500ms', '--orphan-age', '5s']);
    // Node raises its own soft limit to the hard one.
    await watching.until(() => watching.ticks.some(({ open, soft }) => soft === 200 && open >= 195));
    await watching.until(() =>
      watching.alerts.some(({ rule, severity }) => rule === 'near-limit' && severity === 'critical'),
    );
    const atLimit = watching.ticks.length;
    await watching.until(() => watching.ticks.slice(atLimit).some(({ full }) => full));
    await execa('prlimit', ['--pid', `${leaker.pid}`, '--nofile=150:200']);
    await watching.until(() => watching.last.soft === 150);
    expect(await watching.stop()).toBe(1);
    const opened = watching.alerts.filter(({ rule }) => rule === 'near-limit');
    expect(new Set(opened.map(({ id }) => id)).size).toBe(1);
    const { report } = await stage.report();
    expect(report.segments.map(({ because }) => because)).toEqual(['first-look', 'limit-changed']);
    expect(report.alerts.find(({ rule }) => rule === 'near-limit')?.severity).toBe('critical');
  });

  it('goes on when its own descriptors run short', async ({ expect, stage }) => {
    const leaker = await stage.script('watch-leaker.js', 500);
    const watching = stage.watch(
      [
        `${leaker.pid}`,
        '--interval',
        '300ms',
        '--samples',
        '20',
        '--orphan-age',
        '1s',
        '--for',
        '0',
        '--exec',
        '/bin/true',
      ],
      ['sh', '-c', 'ulimit -n 31; exec "$0" "$@"'],
    );
    const status = await watching.ended;

    expect({ status, stderr: watching.stderr.includes('bug') }).toEqual({ status: 1, stderr: false });
    expect(watching.ticks.filter(({ full }) => full).length).toBeGreaterThanOrEqual(1);
    expect(watching.ticks).toHaveLength(20);
  });

  it('keeps watching while the history cannot be written, and stores what waited when it can', async ({
    expect,
    stage,
  }) => {
    const leaker = await stage.script('watch-leaker.js', 0);
    const folder = join(stage.folder, 'sub');
    writeFileSync(folder, 'a file where the folder should be');
    const history = join(folder, 'h.db');
    const watching = stage.watch([`${leaker.pid}`, '--interval', '300ms', '--history', history]);
    await watching.until(() => watching.ticks.length >= 3 && watching.last.history.waiting >= 3);
    expect(watching.stderr).toContain('its folder is a file');
    expect(watching.stderr).toContain('; 1 sample waits in memory\n');
    rmSync(folder);
    await watching.until(() => watching.last.history.waiting === 0);
    await watching.stop();
    expect(watching.stderr).toContain('written again');
    const { stdout } = await fdleak(['report', history, '--json']);
    expect(JSON.parse(stdout).samples).toBe(watching.ticks.length);
    expect(JSON.parse(stdout).segments).toHaveLength(1);
  });

  it('delivers alerts through a hook and a webhook that fails at first, the same id from opening to end', async ({
    expect,
    onTestFinished,
    stage,
  }) => {
    const leaker = await stage.script('watch-leaker.js', 300);
    const bodies: Told[] = [];
    const server = createHttpServer((request, response) => {
      let body = '';
      request
        .on('data', (text) => (body += text))
        .on('end', () => {
          bodies.push(JSON.parse(body));
          response.statusCode = bodies.length === 1 ? 503 : 200;
          response.end('rubbish');
        });
    }).listen(0, '127.0.0.1');
    onTestFinished(() => void server.close());
    await once(server, 'listening');
    const told = join(stage.folder, 'told');
    const hook = join(stage.folder, 'hook.sh');
    writeFileSync(hook, `#!/bin/sh\necho "$FDLEAK_RULE $FDLEAK_IS $FDLEAK_PID $1" >> ${told}\ncat >> ${told}\n`, {
      mode: 0o755,
    });
    const port = portOf(server);
    const watching = stage.watch([
      `${leaker.pid}`,
      '--interval',
      '300ms',
      '--orphan-age',
      '1s',
      '--for',
      '300ms',
      '--webhook',
      `http://127.0.0.1:${port}/hook`,
      '--webhook-timeout',
      '60s',
      '--exec',
      `${hook} 'on call'`,
    ]);
    await watching.until(
      () => watching.alerts.some(({ rule }) => rule === 'orphans') && bodies.length >= 2 && existsSync(told),
    );
    leaker.child.kill('SIGKILL');
    await watching.ended;

    const first = bodies[0]!;
    expect(bodies[1]).toEqual(first);
    expect(first).toMatchObject({ schema: 'fdleak.alert/1', is: 'opened', pid: leaker.pid });
    expect(readFileSync(told, 'utf8')).toContain(`orphans opened ${leaker.pid} on call`);
    expect(readFileSync(told, 'utf8')).toContain(`"id":"${first.id}"`);
    expect(watching.stderr).toContain('it answered 503');
    const { report } = await stage.report();
    expect(report.alerts.map(({ id }) => id)).toContain(first.id);
  });

  it('is held up neither by a hook that hangs nor by an endpoint that is down, silent or speaks rubbish', async ({
    expect,
    onTestFinished,
    stage,
  }) => {
    const { ports, start } = await startBadlyServed(stage, onTestFinished);
    const patient = ['--exec-timeout', '10m', '--webhook-timeout', '10m'];
    const watchings = ports.map((port) => start(port, patient));
    for (const watching of watchings) {
      await watching.until(() => watching.alerts.length > 0);
      const told = watching.ticks.length;
      await watching.until(() => watching.ticks.length >= told + 10);
      // Whoever waited for them would wait still.
      expect(watching.stderr).not.toMatch(/killed after|given up/);
    }
    expect(await Promise.all(watchings.map((watching) => watching.stop()))).toEqual([1, 1, 1]);
    for (const { stderr } of watchings.slice(1)) expect(stderr).toMatch(/webhook: alert orphans-\w+: /);
  });

  it('gives up on a hook and an endpoint in the time that they are given', async ({
    expect,
    onTestFinished,
    stage,
  }) => {
    const { ports, mark, start } = await startBadlyServed(stage, onTestFinished);
    const hasty = ['--samples', '25', '--exec-timeout', '1s', '--webhook-timeout', '500ms'];
    const watchings = ports.map((port) => start(port, hasty));

    expect(await Promise.all(watchings.map(({ ended }) => ended))).toEqual([1, 1, 1]);
    for (const { ticks, stderr } of watchings) {
      expect(ticks).toHaveLength(25);
      expect(stderr).toMatch(/webhook: alert orphans-\w+: /);
      expect(stderr).toContain('killed after 1000 ms');
    }
    expect(findAll(mark)).toEqual([]);
  });

  it('counts descendants, each of its descriptors once', async ({ expect, stage }) => {
    const parent = await stage.start([
      'sh',
      '-c',
      `"$0" "$1" 0 & "$0" "$1" 0; wait`,
      process.execPath,
      new URL('./processes/watch-leaker.js', import.meta.url).pathname,
    ]);
    const alone = stage.watch([`${parent.pid}`, '--interval', '300ms', '--samples', '4', '--no-history']);
    const all = stage.watch([`${parent.pid}`, '--interval', '300ms', '--samples', '8', '--children']);
    await Promise.all([alone.ended, all.ended]);

    expect(alone.last.open).toBeLessThan(10);
    expect(all.last.open).toBeGreaterThan(30);
    expect(all.byVerdict['listening']).toBe(2);
  });
});
