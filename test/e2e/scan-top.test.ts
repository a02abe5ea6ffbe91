/**
 * @module-tag python3
 * @module-tag tmux
 */
import { readdirSync } from 'node:fs';
import { expect, it } from 'vitest';
import { fdleak, RUN } from './fdleak.ts';
import { startTarget } from './target.ts';
import { Terminal } from './terminal.ts';

it('shows the host on the whole screen, filters, inspects what is selected, and gives the terminal back', async () => {
  const { ready } = await startTarget<{ pid: number }>('hoard.py', ['files', '40']);
  // Not 43: it may have inherited more than its standard ones.
  const open = readdirSync(`/proc/${ready.pid}/fd`).length;
  const terminal = new Terminal(100, 24);
  await terminal.run([...RUN, 'scan', '--top', '--settle', '0', '--within', '1s']);
  await terminal.until(({ text }) => text.includes('Enter inspect'));
  expect(terminal).toMatchObject({ isAlternate: true, isCursorShown: false });
  for (const key of ['/', ...Array.from(`${ready.pid}`), 'Enter']) terminal.press(key);
  await terminal.until(({ text }) => new RegExp(`^> \\S+ +${open}/\\d+ .* ${ready.pid}  `, 'm').test(text));
  expect(terminal.lines.filter((line) => /^[> ] \S+ +\d+\/\d+ /.test(line))).toHaveLength(1);
  terminal.press('Enter');
  await terminal.until(({ text }) => text.includes('Enter goes back'));
  expect(terminal.isAlternate).toBe(false);
  expect(terminal.text).toContain('/etc/hostname');
  terminal.press('Enter');
  await terminal.until(({ text }) => text.includes('q quit'));
  terminal.press('q');
  await terminal.until(({ isAlternate }) => !isAlternate);
  expect(await terminal.ask('echo $?')).toBe('0');
}, 60_000);

it('says that it needs a terminal where there is none', async () => {
  const { exitCode, stderr, stdout } = await fdleak(['scan', '--top']);
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
  expect(stderr).toContain('--top needs a terminal');
});

it('prints one scan where the cursor cannot go back', async () => {
  const terminal = new Terminal(100, 24);
  await terminal.run(['env', 'TERM=dumb', ...RUN, 'scan', '--top', '--settle', '0', '--within', '1s']);
  await terminal.until(({ written }) => /^prompt> $/m.test(written.slice(written.indexOf('prints one scan'))));
  expect(terminal.written).toContain('--top cannot redraw this terminal (TERM=dumb), so it prints one scan');
  expect(terminal.written).toContain('OPEN/LIMIT');
  expect(terminal.isAlternate).toBe(false);
  expect(terminal.written).not.toContain('\u001b[');
}, 60_000);
