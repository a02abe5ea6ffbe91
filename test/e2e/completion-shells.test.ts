/** @module-tag tmux zsh dh_bash-completion python3 */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { expect, onTestFinished, test } from 'vitest';
import { IS_SINGLE_FILE, RUN } from './fdleak.ts';
import { startTarget } from './target.ts';
import { Terminal } from './terminal.ts';

/** A folder with `fdleak` as a command, and the script of a shell, as installed. */
async function install(shell: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'fdleak-shell-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const words = RUN.map((word) => `'${word}'`).join(' ');
  writeFileSync(join(folder, 'fdleak'), `#!/bin/sh\nexec ${words} "$@"\n`, { mode: 0o755 });
  const { stdout } = await execa(RUN[0], [...RUN.slice(1), 'completion', shell]);
  mkdirSync(join(folder, 'site'));
  writeFileSync(join(folder, 'site/_fdleak'), stdout);
  return folder;
}

const SHELL = { bash: ['bash', '--norc', '--noprofile'], zsh: ['zsh', '-f'] } as const;
const SOURCE = {
  bash: (folder: string): string => `. /usr/share/bash-completion/bash_completion; . ${folder}/site/_fdleak`,
  zsh: (folder: string): string => `fpath=(${folder}/site $fpath); autoload -Uz compinit; compinit -u -D`,
};

/** In a real shell: waits until `shown` is there after `typed` and two TABs, of which the second lists what is left to choose from. */
async function startShell(shell: 'bash' | 'zsh'): Promise<(typed: string, shown: string) => Promise<void>> {
  const folder = await install(shell);
  const terminal = new Terminal(120, 50);
  await terminal.type(`PATH=${folder}:$PATH PS1='prompt> ' ${SHELL[shell].join(' ')}`);
  await terminal.type(SOURCE[shell](folder));
  return async (typed, shown) => {
    await terminal.type('clear');
    await terminal.until(({ lines }) => lines.length === 1);
    await terminal.type(typed, 'Tab');
    terminal.press('Tab');
    await terminal.until(({ text }) => text.includes(shown));
    terminal.press('C-u');
  };
}

test.each(['bash', 'zsh'] as const)('a TAB in %s runs nothing of what was typed', async (shell) => {
  const folder = mkdtempSync(join(tmpdir(), 'fdleak-typed-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const tab = await startShell(shell);
  await tab(`fdleak inspect "$(touch ${folder}/run)" --sett`, '--settle');
  expect(readdirSync(folder)).toEqual([]);
});

test.each(['bash', 'zsh'] as const)('a TAB in %s completes commands, options, pids and words', async (shell) => {
  const { ready } = await startTarget<{ pid: number }>('hoard.py', ['files', '5']);
  const tab = await startShell(shell);
  await tab('fdleak insp', 'fdleak inspect');
  await tab('fdleak inspect --sett', 'fdleak inspect --settle');
  await tab(`fdleak inspect ${`${ready.pid}`.slice(0, -1)}`, `${ready.pid}`);
  await tab('fdleak explain EMFI', 'fdleak explain EMFILE');
});

/** What a TAB may take: on a machine that is busy, as many starts of Node as fit into 100 ms on one that is not, which is two. */
const MOST_MS = 100;
const MOST_NODES = IS_SINGLE_FILE ? 2 : 3;

test.for([
  { shell: 'bash', typed: 'fdleak inspect --sett', shown: 'le' },
  { shell: 'zsh', typed: 'fdleak explain EMFI', shown: 'LE' },
] as const)('a TAB in $shell after $typed answers within 100 ms', async ({ shell, typed, shown }) => {
  const folder = await install(shell);
  const script = fileURLToPath(new URL('processes/press-tab.py', import.meta.url));
  const { stdout } = await execa('python3', [script, '5', SOURCE[shell](folder), typed, shown, ...SHELL[shell]], {
    env: { PATH: `${folder}:${process.env['PATH']}` },
  });
  const least: { tab: number; node: number } = JSON.parse(stdout);
  expect(least.tab).toBeLessThan(Math.max(MOST_MS, MOST_NODES * least.node));
});
