/** @module-tag tmux zsh dh_bash-completion python3 */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, onTestFinished, test } from 'vitest';
import { RUN } from './fdleak.ts';
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

const START = {
  bash: (folder: string): string => `PATH=${folder}:$PATH PS1='prompt> ' bash --norc --noprofile`,
  zsh: (folder: string): string => `PATH=${folder}:$PATH PS1='prompt> ' zsh -f`,
};
const SOURCE = {
  bash: (folder: string): string => `. /usr/share/bash-completion/bash_completion; . ${folder}/site/_fdleak`,
  zsh: (folder: string): string => `fpath=(${folder}/site $fpath); autoload -Uz compinit; compinit -u -D`,
};

/** In a real shell: waits until `shown` is there after `typed` and two TABs, of which the second lists what is left to choose from. */
async function startShell(shell: 'bash' | 'zsh'): Promise<(typed: string, shown: string) => Promise<void>> {
  const folder = await install(shell);
  const terminal = new Terminal(120, 50);
  await terminal.type(START[shell](folder));
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
