/**
 * @module-tag python3
 * @module-tag tmux
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { inspectJson, RUN } from './fdleak.ts';
import { readStored } from './stored.ts';
import { startTarget } from './target.ts';
import { Terminal } from './terminal.ts';
import { toStage } from './watching.ts';

const COLUMNS = 110;
const ROWS = 40;
const LEAKER = new URL('./processes/watch-leaker.js', import.meta.url).pathname;

/** A terminal in which `fdleak watch` runs, after its first screen. */
async function startWatch(pid: number, args: readonly string[]): Promise<Terminal> {
  const terminal = new Terminal(COLUMNS, ROWS);
  await terminal.run([...RUN, 'watch', `${pid}`, ...args]);
  await terminal.until(({ text }) => / samples?, /.test(text));
  return terminal;
}

/** The number beside a verdict, and what it has grown by. */
function countOf({ text }: Terminal, verdict: string): string | undefined {
  return new RegExp(`^  ${verdict} +(\\d+(?: +[+-]\\d+)?)$`, 'm').exec(text)?.[1]?.replace(/ +/, ' ');
}

async function countOrphans(pid: number): Promise<number> {
  const { inspection } = await inspectJson(pid, ['--sources', 'proc,autopsy', '--settle', '0']);
  return inspection.summary.byVerdict?.orphaned ?? 0;
}

describe('a watch on a terminal', () => {
  it('shows count and limit, a chart, verdicts with what they grew by, rate, suspects and alerts', async () => {
    const stage = toStage();
    const leaker = await stage.start(['prlimit', '--nofile=400:400', process.execPath, LEAKER, '250']);
    const args = ['--interval', '200ms', '--orphan-age', '1s', '--for', '0', '--history', stage.history];
    const terminal = await startWatch(leaker.pid, args);
    await terminal.until(
      ({ text }) => /^(?:LEAK|GROWING) [^]* per hour/m.test(text) && /^exhaustion-in \w+ {2}for/m.test(text),
    );

    const { lines, text } = terminal;
    expect(terminal).toMatchObject({ isAlternate: true, isCursorShown: false });
    expect(text).toMatch(/limit 400\s+at\s+about\s+\d\d:\d\d:\d\d/);
    expect(text).toMatch(
      new RegExp(
        `^node \\(pid ${leaker.pid}\\)  watched for [\\d.]+ s, \\d+ samples, \\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\dZ$`,
        'm',
      ),
    );
    expect(text).toMatch(/^\d+ of 400 {2}[█░]{30} {2}\d+\.\d %$/m);
    expect(text).toMatch(/^400 ┤╌+$/m);
    expect(text).toMatch(/^ {2}0 ┤[▁▂▃▄▅▆▇█]+/m);
    expect(text).toMatch(/^ {2}WHAT +WHERE +NOW +\+10MIN +OLDEST$/m);
    expect(text).toMatch(/^> orphaned +tcp accepted on 127\.0\.0\.1:\d+ +\d+ +\+\d+ +\d/m);
    expect(text).toMatch(/^orphans (warning|critical) {2}for [\d.]+ \w+: \d+ dead connections?/m);
    expect(text).toContain(`history ${stage.history}`);
    expect(lines.at(-1)).toBe('q quit   s full look now   ↑↓ select   Enter open   o sort   e evidence   ? help');
    terminal.press('e');
    await terminal.until((shown) => /^\d+$/.test(countOf(shown, 'in-use') ?? ''));
    expect(terminal.text).toMatch(/^ {2}orphaned +\d+ +\+\d+$/m);
    expect(terminal.text).toMatch(/^growing {2}total by \d+ per hour \(\d+ to \d+\), limit in /m);
    expect(terminal.text).toMatch(/^ {2}oldest {2}fd \d+ {2}orphaned for [\d.]+ \w+ on 127\.0\.0\.1:\d+/m);
  });

  it('draws in ASCII where the locale has no other signs', async () => {
    const stage = toStage();
    const leaker = await stage.script('watch-leaker.js', 50);
    const terminal = new Terminal(COLUMNS, ROWS);
    const watch = [...RUN, 'watch', `${leaker.pid}`, '--interval', '200ms', '--no-history'];
    await terminal.run(['env', 'LC_ALL=C', ...watch]);
    await terminal.until(({ text }) => /^ +0 \|[-_=#]+/m.test(text) && text.includes('WHAT'));
    expect(terminal.text).not.toMatch(/[^ -~\n]/);
    terminal.press('q');
    await terminal.until(({ isAlternate }) => !isAlternate);
  });

  it('takes a full look at once when s is pressed', async () => {
    const stage = toStage();
    const leaker = await stage.script('watch-leaker.js', 0);
    const terminal = await startWatch(leaker.pid, ['--interval', '1h', '--no-history']);
    terminal.press('e');
    await terminal.until((shown) => countOf(shown, 'listening') === '1');
    for (let leaks = 1; leaks <= 3; leaks += 1) {
      leaker.child.kill('SIGUSR2');
      await expect.poll(() => countOrphans(leaker.pid)).toBe(leaks);
    }
    expect(countOf(terminal, 'orphaned')).toBe(undefined);
    terminal.press('s');
    await terminal.until((shown) => countOf(shown, 'orphaned') === '3 +3');
    expect(terminal.text).toContain(', 2 samples, ');
    terminal.press('q');
    await terminal.until(({ isAlternate }) => !isAlternate);
  });

  it('fits itself to a window that is resized, before the next tick: no line wraps, none is left over', async () => {
    const stage = toStage();
    const leaker = await stage.script('watch-leaker.js', 20);
    const terminal = await startWatch(leaker.pid, ['--interval', '1h', '--history', stage.history]);
    await wait(500);
    terminal.press('s');
    await terminal.until(({ text }) => /, 2 samples, [^]*WHAT +WHERE[^]*q quit/.test(text));
    const before = terminal.lines;
    for (const { columns, rows } of [
      { columns: 44, rows: 24 },
      { columns: 20, rows: 8 },
    ]) {
      terminal.resize(columns, rows);
      // Until the watch draws anew, tmux shows a part of what was there.
      await terminal.until(
        ({ lines, text }) =>
          lines.length === rows &&
          (lines[0] ?? '').startsWith('WATCHING') &&
          text.replaceAll(/\s+/g, ' ').includes('is too short to tell node (pid ') &&
          lines.findIndex((line) => line.startsWith('q quit')) === rows - 1,
        5000,
      );
    }
    terminal.resize(COLUMNS, ROWS);
    await expectLines(terminal, before);
  });

  it.each([
    { how: 'q', end: (terminal: Terminal) => terminal.press('q') },
    { how: 'Ctrl-C', end: (terminal: Terminal) => terminal.press('C-c') },
    { how: 'SIGTERM', end: (terminal: Terminal) => process.kill(terminal.runs, 'SIGTERM') },
    { how: 'SIGHUP', end: (terminal: Terminal) => process.kill(terminal.runs, 'SIGHUP') },
  ])('gives the terminal back as it was after $how, with the summary on it', async ({ end }) => {
    const stage = toStage();
    const leaker = await stage.script('watch-leaker.js', 100);
    const terminal = new Terminal(COLUMNS, ROWS);
    const before = await terminal.ask('stty -g');
    await terminal.run(['echo', 'shown before']);
    await terminal.until(({ text }) => /^shown before$/m.test(text));
    const args = ['--interval', '200ms', '--orphan-age', '300ms', '--for', '0', '--history', stage.history];
    await terminal.run([...RUN, 'watch', `${leaker.pid}`, ...args]);
    await terminal.until(({ text }) => text.includes('WHAT') && /^orphans \w+ {2}for/m.test(text));
    expect(terminal.text).not.toContain('shown before');
    end(terminal);
    await terminal.until(({ text }) => text.includes('Watched for'));

    expect(await terminal.ask('echo $?')).toBe('1');
    expect(await terminal.ask('stty -g')).toBe(before);
    expect(terminal).toMatchObject({ isAlternate: false, isCursorShown: true });
    const { text } = terminal;
    expect(text).toMatch(/^shown before$/m);
    expect(text).toMatch(/^LEAK {2}node: \d+ of \d+ .* open\. \d+ dead connections? kept for too long\. Watched for /m);
    expect(text).toContain(`  history: ${stage.history}`);
    expect(text).not.toContain('q quit');
  });

  it('that hangs up ends a watch in order, its history let go of', async () => {
    const stage = toStage();
    const leaker = await stage.script('watch-leaker.js', 0);
    const status = join(stage.folder, 'status');
    const terminal = new Terminal(COLUMNS, ROWS);
    const watch = [...RUN, 'watch', `${leaker.pid}`, '--interval', '200ms'];
    const outlive = ['sh', '-c', `trap : HUP; "$@"; echo $? > ${status}`, 'sh'];
    await terminal.run([...outlive, ...watch, '--history', stage.history]);
    await terminal.until(({ text }) => / [5-9] samples/.test(text));
    expect((await readStored(stage.history)).owners).toBe(1);
    terminal.hangUp();
    await expect.poll(() => existsSync(status) && readFileSync(status, 'utf8')).toBe('0\n');
    expect(await readStored(stage.history)).toMatchObject({ owners: 0, integrity: 'ok' });
  });

  it('is plain lines where the cursor cannot go back', async () => {
    const { ready } = await startTarget<{ pid: number }>('hoard.py', ['files', '5']);
    const terminal = new Terminal(COLUMNS, ROWS);
    const args = ['--interval', '200ms', '--samples', '3', '--no-history'];
    await terminal.run(['env', 'TERM=dumb', ...RUN, 'watch', `${ready.pid}`, ...args]);
    await terminal.until(({ text }) => text.includes('Watched for'));
    expect(terminal.isAlternate).toBe(false);
    expect(terminal.written).not.toContain('\u001b[');
  });

  it('never passes on what a process calls itself: escape sequences, a newline', async () => {
    const stage = toStage();
    const { ready } = await startTarget<{ pid: number }>('hostile-names.py', [makeDeepFolder()]);
    const shown = String.raw`\x1b[31m) Z 1\n`;
    const terminal = await startWatch(ready.pid, ['--interval', '200ms', '--history', stage.history]);
    await terminal.until(({ text }) => / [5-9] samples/.test(text));
    expect(terminal.text).toContain(`${shown}\ufffd (pid ${ready.pid})`);
    expect(terminal.text).toContain(`segment  first look at process ${ready.pid} (${shown}`);
    terminal.press('q');
    await terminal.until(({ text }) => text.includes('Watched for'));
    expect(terminal.text).toContain(`NO LEAK ESTABLISHED  ${shown}`);
    expect(terminal.written).not.toContain('\u001b[31m)');
  });

  it('lists several of a name with their names escaped', async () => {
    const stage = toStage();
    const evil = join(stage.folder, '\u001b[31mX\nY');
    symlinkSync('/bin/sleep', evil);
    const seconds = `${1000 + process.pid / 1e7}`;
    const pids = [1, 2].map(() => {
      const child = spawn(evil, [seconds], { stdio: 'ignore' });
      onTestFinished(() => void child.kill());
      return child.pid;
    });
    const terminal = new Terminal(COLUMNS, ROWS);
    await terminal.run([...RUN, 'watch', '--name', seconds, '--no-history']);
    await terminal.until(({ text }) => text.includes(`${seconds} matches 2 processes`));
    for (const pid of pids) expect(terminal.text).toContain(String.raw`  ${pid} \x1b[31mX\nY`);
    expect(await terminal.ask('echo $?')).toBe('3');
    expect(terminal.written).not.toContain('\u001b[31mX');
  });
});

/** For a path longer than the kernel takes: rm(1) goes down step by step. */
function makeDeepFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'fdleak-hostile-'));
  onTestFinished(() => void spawnSync('rm', ['-rf', folder]));
  return folder;
}

/** tmux cuts what is there before the watch draws anew: only what it comes to counts. */
async function expectLines(terminal: Terminal, expected: readonly string[]): Promise<void> {
  await terminal.until(({ text }) => text === expected.join('\n')).catch(() => undefined);
  expect(terminal.lines).toEqual(expected);
}
