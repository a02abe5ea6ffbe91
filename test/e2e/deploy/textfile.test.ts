/** @module-tag promtool */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, onTestFinished, test } from 'vitest';
import { RUN } from '../fdleak.ts';
import { makeFolder } from './kit.ts';

/** The status of `promtool check metrics`, and what it has to say. */
async function check(input: string): Promise<[number | undefined, string]> {
  const { exitCode, all } = await execa('promtool', ['check', 'metrics'], { input, reject: false, all: true });
  return [exitCode, all];
}

test('promtool accepts the file for the textfile collector, and finds each fault that is planted in it', async () => {
  const folder = makeFolder();
  const [command, ...first] = RUN;
  const child = spawn(command, [...first, 'serve', '--textfile', folder], { stdio: 'inherit' });
  onTestFinished(() => void child.kill('SIGKILL'));
  const read = (): string => readFileSync(join(folder, 'fdleak.prom'), 'utf8');
  await expect.poll(read).toContain('fdleak_build_info');
  const text = read();

  expect(await check(text)).toEqual([0, '']);
  for (const [planted, said] of [
    [text.slice(0, -20), /unexpected end of input|parsing/],
    [text.replace('_open_fds gauge', '_open_fds gauges'), /unknown metric type/],
    [text.replace(/^# HELP fdleak_build_info .*\n/m, ''), /no help text/],
    [text.replace(/^(fdleak_build_info\{version=)"(.*?)"/m, '$1$2'), /expected '"'/],
    [text.replaceAll('fdleak_scan_errors_total', 'fdleak_scan_errors'), /"_total" suffix/],
  ] as const) {
    const [status, all] = await check(planted);
    expect(all).toMatch(said);
    expect(status).not.toBe(0);
  }
});
