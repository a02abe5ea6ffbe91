import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, onTestFinished } from 'vitest';
import { runTool } from '../../src/collect/tool.ts';

const PATH = process.env['PATH'] ?? '';

afterEach(() => {
  process.env['PATH'] = PATH;
});

/** Puts a program of this text first in PATH, for one test. */
function install(name: string, text: string): void {
  const folder = mkdtempSync(join(tmpdir(), 'tool-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, name), `#!/bin/sh\n${text}\n`);
  chmodSync(join(folder, name), 0o755);
  process.env['PATH'] = `${folder}:${PATH}`;
}

describe('runTool', () => {
  it('gives what a tool printed, byte by byte', async () => {
    install('teller', String.raw`printf 'a\377\000b\n'; echo said >&2`);
    expect(await runTool('teller', [], 5000)).toMatchObject({ kind: 'ran', stdout: 'a\xff\0b\n', stderr: 'said\n' });
  });

  it('hands over arguments as they are', async () => {
    install('teller', String.raw`printf '%s|' "$@"`);
    const args = ['a b', '$HOME', '`id`', '"', "'", '', '-n'];
    expect(await runTool('teller', args, 5000)).toMatchObject({ stdout: 'a b|$HOME|`id`|"|\'||-n|' });
  });

  it('speaks C, and lets no tool close thousands of numbers first', async () => {
    install('teller', 'echo "$LC_ALL $(ulimit -S -n)"');
    expect(await runTool('teller', [], 5000)).toMatchObject({ stdout: 'C 1024\n' });
  });

  it('has no input for it to wait for', async () => {
    install('reader', 'cat; echo end');
    expect(await runTool('reader', [], 5000)).toMatchObject({ kind: 'ran', stdout: 'end\n' });
  });

  it('says that one is not installed', async () => {
    expect(await runTool('no-such-tool', [], 5000)).toEqual({ kind: 'unavailable', because: 'not installed' });
  });

  it.each([
    { name: 'says why', text: 'echo because >&2; echo more >&2; exit 3', because: 'because' },
    { name: 'says nothing', text: 'exit 3', because: 'exit status 3' },
    { name: 'is killed', text: 'kill -9 $$', because: 'SIGKILL' },
    { name: 'may not be run', text: 'exit 126', because: 'exit status 126' },
  ])('keeps what one printed that fails and $name', async ({ text, because }) => {
    install('failing', `echo partial\n${text}`);
    expect(await runTool('failing', [], 5000)).toEqual({
      kind: 'failed',
      because: expect.stringContaining(because),
      stdout: 'partial\n',
      stderr: expect.any(String),
    });
  });

  it.each([
    { name: 'sleeps', text: 'exec sleep 600' },
    { name: 'does not listen to signals', text: "trap '' TERM INT HUP; while :; do :; done" },
    { name: 'never stops to print', text: 'while :; do echo again; done' },
  ])('gives up on one that $name', async ({ text }) => {
    install('endless', text);
    expect(await runTool('endless', [], 200)).toEqual({ kind: 'timed-out', afterMs: 200 });
  });

  it('gives up on one that prints more than is held, and keeps what it held', async () => {
    install('loud', 'exec yes');
    const ran = await runTool('loud', [], 30_000);
    // Never the text itself: the difference of 32 million lines takes all memory there is.
    const size = 'stdout' in ran ? ran.stdout.length : 0;
    const because = 'because' in ran ? ran.because : '';
    expect([ran.kind, because, size]).toEqual(['failed', 'it printed more than 64 MiB', 1 << 26]);
  });

  it('ends one that is cut off', async () => {
    install('slow', 'exec sleep 600');
    const ran = await runTool('slow', [], 600_000, AbortSignal.timeout(100));
    expect(ran).toMatchObject({ kind: 'timed-out' });
  });
});
