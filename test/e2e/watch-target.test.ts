import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, type TestContext } from 'vitest';
import { makeUnit } from './cgroup.ts';
import { findFreePort } from './free-port.ts';
import { readStored } from './stored.ts';
import { type Stage, type Watching, toStage } from './watching.ts';

const LEAKER = new URL('./processes/watch-leaker.js', import.meta.url).pathname;

type Started = Awaited<ReturnType<Stage['start']>>;

/** A way to name a target, and how a process becomes what it names. */
interface Naming {
  readonly option: readonly string[];
  /** `leakEveryMs` of 0 leaks nothing. */
  readonly start: (leakEveryMs: number) => Promise<Started>;
  /** What a watch says while there is none. */
  readonly gone: RegExp;
}

let count = 0;
const toMark = (): string => `fdleak-watched-${process.pid}-${(count += 1)}`;

const NAMINGS: Readonly<Record<string, (stage: Stage, context: TestContext) => Promise<Naming>>> = {
  '--unit': async (stage, context) => {
    const unit = toMark();
    const enter = makeUnit(context, unit);
    return {
      option: ['--unit', unit],
      start: (every) => stage.start([...enter, process.execPath, LEAKER, `${every}`]),
      gone: /^no process is in the cgroup of unit fdleak-watched-/,
    };
  },
  '--pidfile': async (stage) => {
    const path = join(stage.folder, 'run.pid');
    return {
      option: ['--pidfile', path],
      start: async (every) => {
        const started = await stage.script('watch-leaker.js', every);
        writeFileSync(path, `${started.pid}\n`);
        return started;
      },
      gone: /run\.pid names a process that is not running$/,
    };
  },
  '--name': async (stage) => {
    const mark = toMark();
    return {
      option: ['--name', `${mark}$`],
      start: (every) => stage.script('watch-leaker.js', every, mark),
      gone: /^no process has a name or command line that matches fdleak-watched-/,
    };
  },
  '--port': async (stage) => {
    const port = await findFreePort();
    return {
      option: ['--port', `${port}`],
      start: (every) => stage.start(['env', `PORT=${port}`, process.execPath, LEAKER, `${every}`]),
      gone: /^no process visible to you listens on TCP port \d+$/,
    };
  },
};

/** Looks that saw an orphan of `pid`: what two saw is a life. */
function countLeaky({ ticks }: Watching, pid: number): number {
  return ticks.filter((tick) => tick.pid === pid && (tick.byVerdict?.['orphaned'] ?? 0) > 0).length;
}

describe.each(Object.entries(NAMINGS))('a watch by %s', (_, toNaming) => {
  it('follows through a restart: a segment, the old lives ended, the successor watched', async (context) => {
    const stage = toStage();
    const { option, start, gone } = await toNaming(stage, context);
    const one = await start(50);
    const watching = stage.watch([...option, '--interval', '200ms']);
    await watching.until(
      () => watching.ticks.filter(({ full, byVerdict }) => full && byVerdict['orphaned']).length >= 2,
    );
    expect(watching.last.pid).toBe(one.pid);
    one.child.kill('SIGKILL');
    await watching.until(() => watching.last.pid === null);
    expect(watching.last).toMatchObject({ open: null, full: false });
    expect(watching.events.at(-1)!.because).toMatch(gone);
    const two = await start(50);
    await watching.until(() => countLeaky(watching, two.pid) >= 2);
    await watching.stop();

    const { report } = await stage.report();
    expect(report.segments.map(({ because, pid }) => `${because} ${pid}`)).toEqual([
      `first-look ${one.pid}`,
      `restart ${two.pid}`,
    ]);
    const { events, orphans, samples } = await readStored(stage.history);
    expect(events.map(({ because }) => because)).toContain(`restart: process ${two.pid} (node) replaces ${one.pid}`);
    expect(samples).toHaveLength(watching.ticks.filter(({ open }) => open !== null).length);
    const [old, young] = [1, 2].map((segment) => orphans.filter((life) => life.segment === segment));
    expect(old!.length).toBeGreaterThan(0);
    expect(old!.filter(({ lastSeen }) => lastSeen === null)).toEqual([]);
    expect(young!.length).toBeGreaterThan(0);
    expect(young!.filter(({ lastSeen }) => lastSeen !== null)).toEqual([]);
  });

  it('ends with its process when told not to follow', async (context) => {
    const stage = toStage();
    const { option, start } = await toNaming(stage, context);
    const one = await start(0);
    const watching = stage.watch([...option, '--interval', '200ms', '--no-follow']);
    await watching.until(() => watching.ticks.length >= 3);
    one.child.kill('SIGKILL');

    expect(await watching.ended).toBe(0);
    expect(watching.events.at(-1)!.because).toBe(`process ${one.pid} (node) has ended`);
    expect(watching.last.pid).toBe(null);
    const { report } = await stage.report();
    expect(report.segments).toHaveLength(1);
    expect(report.history.writer).toBe(null);
  });

  it('waits for a process that is not there yet', async (context) => {
    const stage = toStage();
    const { option, start, gone } = await toNaming(stage, context);
    const watching = stage.watch([...option, '--interval', '200ms']);
    await watching.until(() => watching.ticks.length >= 2);
    expect(watching.last).toMatchObject({ pid: null, open: null });
    const line = watching.stderr.split('\n').find((text) => text.endsWith('; waiting for it'));
    expect(line?.replace(/^fdleak: (.*); waiting for it$/, '$1')).toMatch(gone);
    const one = await start(0);
    await watching.until(() => watching.last.pid === one.pid);

    // 3 where it was there so soon that it saw the process open its first descriptors.
    expect([0, 3]).toContain(await watching.stop());
    const { report } = await stage.report();
    expect(report.segments.map(({ because, pid }) => `${because} ${pid}`)).toEqual([`first-look ${one.pid}`]);
  });

  it('has nothing to wait for when told not to follow', async (context) => {
    const stage = toStage();
    const { option } = await toNaming(stage, context);
    const watching = stage.watch([...option, '--no-follow']);

    expect(await watching.ended).toBe(3);
    expect(watching.stderr).toContain('cannot watch: ');
    expect(watching.lines).toEqual([]);
  });
});

describe('a watch of a service that is replaced while it runs', () => {
  /** The first process of a service, watched. */
  async function watchFirst(by: '--unit' | '--pidfile', context: TestContext) {
    const stage = toStage();
    const { option, start } = await NAMINGS[by]!(stage, context);
    const one = await start(0);
    const watching = stage.watch([...option, '--interval', '200ms']);
    await watching.until(() => watching.ticks.length >= 2);
    return { stage, option, start, one, watching };
  }

  it('stays with the old process until that ends, then goes on with the youngest', async (context) => {
    const { stage, start, one, watching } = await watchFirst('--unit', context);
    const two = await start(0);
    const three = await start(0);
    const told = watching.ticks.length;
    await watching.until(() => watching.ticks.length >= told + 3);
    expect(new Set(watching.ticks.map(({ pid }) => pid))).toEqual(new Set([one.pid]));
    one.child.kill('SIGKILL');
    await watching.until(() => watching.last.pid === three.pid);
    await watching.stop();

    expect(new Set(watching.ticks.map(({ pid }) => pid))).toEqual(new Set([one.pid, three.pid]));
    expect((await stage.report()).report.segments.map(({ pid }) => pid)).toEqual([one.pid, three.pid]);
    expect(two.child.exitCode).toBe(null);
  });

  it('takes another process in the pid file for its successor only when its own has ended', async (context) => {
    const { option, start, one, watching } = await watchFirst('--pidfile', context);
    const two = await start(0);
    const told = watching.ticks.length;
    await watching.until(() => watching.ticks.length >= told + 3);
    expect(watching.last.pid).toBe(one.pid);
    one.child.kill('SIGKILL');
    await watching.until(() => watching.last.pid === two.pid);
    rmSync(option[1]!);
    await watching.until(() => watching.ticks.length >= told + 6);
    expect(watching.last.pid).toBe(two.pid);
    await watching.stop();
  });
});
