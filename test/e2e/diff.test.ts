import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import type { Diff } from '../../src/core/model/diff.ts';
import { startLeaks } from './assert-target.ts';
import { fdleak, inspectJson } from './fdleak.ts';

const folder = mkdtempSync(join(tmpdir(), 'diff-'));
afterAll(() => rmSync(folder, { recursive: true }));

const write = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};

it('shows what is new in a live process since an inspection, and exits 1 when that leaks', async () => {
  const server = await startLeaks();
  const before = write('before.json', (await inspectJson(server.pid)).stdout);
  const same = await fdleak(['diff', before, `${server.pid}`]);
  execFileSync('sh', ['-c', `${server.exercise('leak', 3)}; ${server.exercise('file')}`]);

  const { exitCode, stdout } = await fdleak(['diff', before, `${server.pid}`, '--json']);
  const text = await fdleak(['diff', before, `${server.pid}`]);

  const diff: Diff = JSON.parse(stdout);
  expect(same.exitCode).toBe(0);
  expect(exitCode).toBe(1);
  expect(diff).toMatchObject({ schema: 'fdleak.diff/1', by: 'object', removed: [], changed: [] });
  expect(diff.added.map(({ kind, verdict }) => `${kind} ${verdict.is}`).sort()).toEqual([
    'file in-use',
    'socket orphaned',
    'socket orphaned',
    'socket orphaned',
  ]);
  expect(text.stdout).toMatch(/^\+ 3 orphaned, tcp accepted on 127\.0\.0\.1:\*: fds /m);
  expect(text.stdout).toMatch(/^\+ 1 file, \/etc\/hostname: fd /m);
});

it('compares two processes by likeness: a healthy twin has nothing new', async () => {
  const [one, other] = [await startLeaks(), await startLeaks()];

  const { exitCode, stdout } = await fdleak(['diff', `${one.pid}`, `${other.pid}`]);

  expect(exitCode).toBe(0);
  expect(stdout).toContain('another process, by kind, target and verdict');
});

it.each([
  {
    name: 'nothing.json',
    text: null,
    says: 'nothing.json: there is no such file (ENOENT). Next: give a pid',
    status: 2,
  },
  { name: 'broken.json', text: '{', says: 'not valid JSON', status: 2 },
  {
    name: 'two.txt',
    text: 'COMMAND PID USER FD TYPE DEVICE SIZE/OFF NODE NAME\napp 11 root 3r REG 8,1 0 7 /etc/a\napp 12 root 3r REG 8,1 0 7 /etc/a\n',
    says: 'it lists 2 processes',
    status: 2,
  },
  { name: 'other.json', text: '{"schema":"fdleak.tick/1"}', says: 'its schema is "fdleak.tick/1"', status: 2 },
])('refuses $name: $says', async ({ name, text, says, status }) => {
  const path = text === null ? join(folder, name) : write(name, text);

  const { exitCode, stderr } = await fdleak(['diff', path, '1']);

  expect(exitCode).toBe(status);
  expect(stderr).toContain(says);
});

it('cannot compare with a process that is gone', async () => {
  const { exitCode, stderr } = await fdleak(['diff', '4194000', '4194001']);

  expect(exitCode).toBe(3);
  expect(stderr).toContain('no such process');
});
