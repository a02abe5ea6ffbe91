/** @module-tag go gcc */
import { readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { comeAndGo, compileFive, startReady, traceJsonWhile, traceWhile } from './tracing.ts';
import { toStage } from './watching.ts';
import { LEAKY_GO, setUpLeakyGo } from './build-go.ts';

const ACCEPTS_AT =
  readFileSync(LEAKY_GO, 'utf8')
    .split('\n')
    .findIndex((line) => line.includes('clients.Accept()')) + 1;
const CLIENTS = 12;
const IS_ROOT = process.getuid?.() === 0;
const TIMEOUT = 180_000;
const { folder, program } = setUpLeakyGo();

async function traceGo(engine: string): Promise<void> {
  const { pid, line } = await startReady(program);
  const { port }: { readonly port: number } = JSON.parse(line);
  const { sites, stayed, opened } = await traceJsonWhile({ pid, engine }, () => comeAndGo({ pid, port }, CLIENTS));
  expect([stayed, opened]).toEqual([CLIENTS, CLIENTS]);
  expect(sites).toMatchObject([
    {
      call: 'accept4',
      opened: CLIENTS,
      stayed: CLIENTS,
      at: { function: 'main.main', file: expect.stringMatching(/leaky\.go$/), line: ACCEPTS_AT },
    },
  ]);
}

describe('trace of a Go program', () => {
  it('names file and line that accept what stays, by strace', { tags: ['strace'], timeout: TIMEOUT }, async () => {
    await traceGo('strace');
  });

  it.runIf(IS_ROOT)(
    'names file and line that accept what stays, by bpftrace',
    { tags: ['bpftrace'], timeout: TIMEOUT },
    async () => {
      await traceGo('bpftrace');
    },
  );
});

it('says of Node that no stack holds a call of the program', { tags: ['strace'], timeout: TIMEOUT }, async () => {
  const { pid, ready } = await toStage().script('watch-leaker.js', 0);
  const text = await traceWhile({ pid, engine: 'strace', isJson: false }, () =>
    comeAndGo({ pid, port: ready['port'] ?? 0 }, CLIENTS),
  );
  expect(text).toMatch(new RegExp(`${CLIENTS} of ${CLIENTS} never closed: accept4\n`));
  expect(text).toContain('uv__');
  const words = text.replaceAll(/\s+/g, ' ');
  expect(words).toContain('no stack holds a call of the program');
  expect(words).toContain(`fdleak inspect ${pid} --stacks FILE`);
});

it.runIf(IS_ROOT)(
  'counts births of a C program without frame pointers by their call alone, and offers whole stacks',
  { tags: ['bpftrace'], timeout: TIMEOUT },
  async () => {
    const { pid } = await startReady(await compileFive(folder, '-fomit-frame-pointer'), '20');
    const text = await traceWhile({ pid, engine: 'bpftrace', isJson: false }, () => wait(1000));
    const [, stayed, opened] = /\n {2}(\d+) of (\d+) still open: openat\n/.exec(text) ?? [];
    // One of five calls is never closed; some may be under way.
    expect(Math.abs(Number(opened) - 5 * Number(stayed))).toBeLessThanOrEqual(5);
    expect(text).toContain(`${stayed} file /etc/group`);
    expect(text.replaceAll(/\s+/g, ' ')).toContain(`fdleak trace ${pid} --engine strace --duration 2s`);
  },
);
