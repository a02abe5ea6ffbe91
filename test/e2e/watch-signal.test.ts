import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { readStored } from './stored.ts';
import { type Stage, type Watching, toStage } from './watching.ts';

const SLOW_S = 4;
/** What the evidence under way may still take once a signal has come. */
const EVIDENCE_MS = 800;

/** A watch with a tool that says that it runs, and takes its time. */
async function startWatch(tool: 'ss' | 'lsof', args: readonly string[], leakEveryMs: number) {
  const stage = toStage();
  // Its stdout, a pair of unix sockets, is what a tick asks ss about.
  const target = await stage.script('watch-leaker.js', leakEveryMs);
  const mark = join(stage.folder, 'runs');
  const ended = join(stage.folder, 'ended');
  const tools = stage.tools({ [tool]: `: > ${mark}; sleep ${SLOW_S}; : > ${ended}` });
  const watching = stage.watch([`${target.pid}`, '--interval', '200ms', '--format', 'plain', ...args], tools);
  await watching.until(() => existsSync(mark));
  expect(existsSync(ended)).toBe(false);
  return { stage, watching };
}

/** No signal ended it: it told what it established, and let go of the history. */
async function expectOrder(stage: Stage, watching: Watching, word: string): Promise<void> {
  expect(watching.child.signalCode).toBe(null);
  expect(watching.stdout).toMatch(new RegExp(`^${word}  node: \\d+ of \\d+ .* open\\.`, 'm'));
  expect(watching.stdout).toContain(`history: ${stage.history}`);
  expect(watching.stderr).not.toContain('bug');
  const { report } = await stage.report();
  expect(report.history.writer).toBe(null);
  expect(report.samples).toBeGreaterThanOrEqual(1);
}

describe.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)('%s', (signal) => {
  it('that comes while a tick runs ss ends a watch in order', async () => {
    const { stage, watching } = await startWatch('ss', [], 0);
    watching.child.kill(signal);

    expect(await watching.ended).toBe(0);
    await expectOrder(stage, watching, 'NO LEAK ESTABLISHED');
  });

  it('that comes while lsof collects evidence ends a watch in order, with the evidence and its leak', async () => {
    const { stage, watching } = await startWatch('lsof', ['--orphan-age', '500ms', '--for', '0'], 200);
    watching.child.kill(signal);
    const killedAt = performance.now();

    expect(await watching.ended, watching.stdout).toBe(1);
    const tookMs = performance.now() - killedAt;
    expect(tookMs).toBeLessThan(SLOW_S * 1000);
    await expectOrder(stage, watching, 'LEAK');
    // A machine too busy to look in that time leaves it out.
    if (tookMs < EVIDENCE_MS) expect((await readStored(stage.history)).evidence).toBe(1);
  });
});

describe.each(['SIGTERM', 'SIGINT'] as const)('%s a second time', (signal) => {
  it('ends it at once, though a hook is still waited for', async () => {
    const leaking = ['--orphan-age', '500ms', '--for', '0', '--exec', `sleep ${SLOW_S}`];
    const { watching } = await startWatch('lsof', leaking, 200);
    watching.child.kill(signal);
    const killedAt = performance.now();
    await watching.until(() => performance.now() - killedAt > 100);
    expect(watching.child.exitCode).toBe(null);
    watching.child.kill(signal);

    expect(await watching.ended).toBe(130);
    expect(performance.now() - killedAt).toBeLessThan(SLOW_S * 1000);
  });
});

/** A hook that says its number, and starts what would outlive it. */
function slowHook(stage: Stage, seconds: number) {
  const mark = join(stage.folder, 'hook');
  const command = [
    'sh',
    '-c',
    `"sleep ${seconds} & echo $$ > ${mark}.new; mv ${mark}.new ${mark}; wait; : > ${mark}.done"`,
  ];
  return { mark, exec: command.join(' ') };
}

function isGroupThere(pid: number): boolean {
  try {
    process.kill(-pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe('a hook that still runs when the watch ends', () => {
  it.each([1, 2])('is killed with what it started, after signals: %d', async (signals) => {
    const stage = toStage();
    const target = await stage.script('watch-leaker.js', 200);
    const { mark, exec } = slowHook(stage, 60);
    const asked = ['--interval', '200ms', '--format', 'plain', '--orphan-age', '500ms', '--for', '0', '--exec', exec];
    const watching = stage.watch([`${target.pid}`, ...asked]);
    await watching.until(() => existsSync(mark));
    const pid = Number(readFileSync(mark, 'latin1'));
    expect(isGroupThere(pid)).toBe(true);
    for (let times = 0; times < signals; times += 1) {
      watching.child.kill('SIGINT');
      await wait(100);
    }

    await watching.ended;
    await expect.poll(() => isGroupThere(pid)).toBe(false);
  });

  it('is waited for where nobody interrupted the watch', { timeout: 60_000 }, async () => {
    const stage = toStage();
    const target = await stage.script('watch-leaker.js', 200);
    const { mark, exec } = slowHook(stage, 9);
    const asked = ['--interval', '200ms', '--format', 'plain', '--orphan-age', '500ms', '--for', '0', '--exec', exec];
    const watching = stage.watch([`${target.pid}`, ...asked, '--duration', '3s']);

    expect(await watching.ended, watching.stdout).toBe(1);
    expect(existsSync(`${mark}.done`)).toBe(true);
  });
});

describe('SIGHUP', () => {
  it('that comes again, as from a shell that was hung up as well, does not cut the end short', async () => {
    const { stage, watching } = await startWatch('ss', [], 0);
    for (let times = 0; times < 3; times += 1) {
      watching.child.kill('SIGHUP');
      await wait(100);
    }

    expect(await watching.ended).toBe(0);
    await expectOrder(stage, watching, 'NO LEAK ESTABLISHED');
  });
});
