import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, onTestFinished, test } from 'vitest';
import { FDLEAK, fdleak } from './fdleak.ts';

/** What a TAB behind these words is answered: value and description. */
async function complete(words: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<string[][]> {
  const { stdout } = await execa(process.execPath, [FDLEAK, 'complete', '--', ...words], { env });
  return stdout
    .split('\n')
    .filter((line) => !/^:\d+$/.test(line))
    .map((line) => line.split('\t'));
}

test('a TAB behind inspect names the processes, whatever they call themselves', async () => {
  const script = `require('fs').writeFileSync('/proc/self/comm', '\\x1b[31m$(x)'); console.log('ready'); setTimeout(() => {}, 60_000);`;
  const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill());
  await once(child.stdout, 'data');
  const found = (await complete(['inspect', ''])).find(([value]) => value === `${child.pid}`);
  expect(found?.[1]).toContain('\\x1b[31m');
  expect(found?.[1]).not.toContain('\u001B');
});

test('a TAB behind report names the histories that watches have kept', async () => {
  const state = mkdtempSync(join(tmpdir(), 'fdleak-state-'));
  onTestFinished(() => rmSync(state, { recursive: true }));
  mkdirSync(join(state, 'fdleak'));
  writeFileSync(join(state, 'fdleak', 'port-8080.db'), '');
  expect((await complete(['report', ''], { XDG_STATE_HOME: state })).map(([value]) => value)).toContain(
    join(state, 'fdleak', 'port-8080.db'),
  );
});

test('no candidate is lost, however many there are', async () => {
  const state = mkdtempSync(join(tmpdir(), 'fdleak-state-'));
  onTestFinished(() => rmSync(state, { recursive: true }));
  mkdirSync(join(state, 'fdleak'));
  for (let at = 0; at < 2000; at++) writeFileSync(join(state, 'fdleak', `pid-${at}.db`), '');
  expect(await complete(['report', ''], { XDG_STATE_HOME: state })).toHaveLength(2000);
});

test('options and findings are completed from the commands themselves', async () => {
  expect((await complete(['inspect', '--sett'])).map(([value]) => value)).toEqual(['--settle']);
  expect((await complete(['explain', 'near'])).map(([value]) => value)).toEqual(['near-limit', 'near-quota']);
});

test('the script for bash is valid bash', async () => {
  const { stdout } = await execa(process.execPath, [FDLEAK, 'completion', 'bash']);
  await execa('bash', ['-n'], { input: stdout });
});

test('a shell that is not tested is refused', async () => {
  const { exitCode, stdout, stderr } = await fdleak(['completion', 'powershell']);
  expect([exitCode, stdout]).toEqual([2, '']);
  expect(stderr).toContain('Allowed choices are bash, zsh, fish.');
});
