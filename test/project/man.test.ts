import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { expect, onTestFinished, test } from 'vitest';
import { COMMANDS, toProgram } from '../../src/cli/program.ts';
import { contextOf } from '../cli/run.ts';
import { ROOT } from './root.ts';

const { man }: { man: string[] } = JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8'));

test('every command has a man page that the package lists', () => {
  const pages = [...COMMANDS.keys()].map((name) => `dist/man/fdleak-${name}.1`);
  expect([...man].sort()).toEqual(['dist/man/fdleak.1', ...pages].sort());
});

test('a man page names every option of its command, and its examples', async () => {
  const program = await toProgram([], contextOf());
  for (const command of program.commands.filter((one) => COMMANDS.has(one.name()))) {
    const page = readFileSync(`${ROOT}dist/man/fdleak-${command.name()}.1`, 'utf8').replaceAll('\\-', '-');
    for (const { long } of command.options) expect(page, command.name()).toContain(long);
    expect(page).toMatch(/\.SH EXAMPLES?/);
  }
});

test('man shows every page and has nothing to warn of', { tags: ['man'] }, async () => {
  const show = async (path: string) =>
    await execa('man', ['--warnings', '-E', 'UTF-8', '-l', path], {
      env: { LC_ALL: 'C.UTF-8', MANWIDTH: '80', MANPAGER: 'cat' },
    });
  for (const page of man) {
    const { stdout, stderr } = await show(`${ROOT}${page}`);
    expect(stderr, page).toBe('');
    expect(stdout).toContain('SYNOPSIS');
  }
  const planted = join(mkdtempSync(join(tmpdir(), 'fdleak-man-')), 'planted.1');
  onTestFinished(() => rmSync(dirname(planted), { recursive: true }));
  writeFileSync(planted, `${readFileSync(`${ROOT}dist/man/fdleak.1`, 'utf8')}.NOSUCH\n`);
  expect((await show(planted)).stderr).toContain('NOSUCH');
});

test('the help of a command that does not exist names the nearest one, and is a usage error', async () => {
  const program = await toProgram(['help'], contextOf());
  let said = '';
  program.configureOutput({ writeErr: (text) => (said += text) });
  await expect(program.parseAsync(['help', 'inspekt'], { from: 'user' })).rejects.toThrow(/unknown command/);
  expect(said).toContain('Did you mean inspect?');
});
