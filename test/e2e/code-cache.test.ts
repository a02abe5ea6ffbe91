import {
  chmodSync,
  cpSync,
  existsSync,
  lutimesSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, it, onTestFinished } from 'vitest';
import { tmpdir } from 'node:os';
import { ROOT } from '../project/root.ts';
import { VERSION } from '../../src/version.ts';

const SEVENS = VERSION.replaceAll(/\d/g, '7');

function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'fdleak-code-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

interface Run {
  readonly root?: string;
  readonly env?: Record<string, string>;
  readonly args?: readonly string[];
}

const run = async (cache: string, { root = ROOT, env = {}, args = ['-V'] }: Run = {}) =>
  await execa(process.execPath, [join(root, 'bin/fdleak.js'), ...args], {
    extendEnv: false,
    env: { PATH: process.env['PATH'] ?? '', XDG_CACHE_HOME: cache, ...env },
  });

/** A process to look at. */
function startSleeper(): string {
  const sleeper = spawn('sleep', ['600'], { stdio: 'ignore' });
  onTestFinished(() => void sleeper.kill());
  return `${sleeper.pid}`;
}

/** What `fdleak -V` loads. */
function copyTo(root: string): void {
  for (const one of ['bin', 'dist/bin']) cpSync(join(ROOT, one), join(root, one), { recursive: true });
}

const kept = (cache: string): readonly string[] =>
  readdirSync(join(cache, 'fdleak')).map((name) => join(cache, 'fdleak', name));

/** Moments of change: a file that is written anew is another one. */
const inodes = (cache: string) => kept(cache).map((path) => statSync(path).ino);

it('keeps what V8 compiled, readable by its user alone, and writes nothing more at the next run', async () => {
  const cache = makeFolder();
  const first = await run(cache);
  expect(kept(cache).some((path) => path.endsWith('-start.cjs'))).toBe(true);
  expect(statSync(join(cache, 'fdleak')).mode & 0o777).toBe(0o700);
  for (const path of kept(cache)) expect(statSync(path).mode & 0o777).toBe(0o600);
  const before = inodes(cache);
  expect((await run(cache)).stdout).toBe(first.stdout);
  expect(inodes(cache)).toEqual(before);
});

it('keeps what a watch compiled, though that runs with another heap, and what an inspection did beside it', async () => {
  const cache = makeFolder();
  const pid = startSleeper();
  const inspect = ['inspect', pid, '--json', '--settle', '0'];
  const watch = ['watch', pid, '--no-history', '--samples', '1', '--interval', '100ms'];
  for (const args of [inspect, watch]) await run(cache, { args });
  const before = inodes(cache);
  for (const args of [inspect, watch]) await run(cache, { args });
  expect(inodes(cache)).toEqual(before);
});

it('runs what is there, not what was: a chunk of the same length that says something else', async () => {
  const cache = makeFolder();
  const root = makeFolder();
  copyTo(root);
  expect((await run(cache, { root })).stdout).toBe(VERSION);
  saySevens(root);
  expect((await run(cache, { root })).stdout).toBe(SEVENS);
  expect((await run(cache, { root })).stdout).toBe(SEVENS);
});

/** Another version, of the same length. */
function saySevens(root: string): void {
  const start = join(root, 'dist/bin/start.cjs');
  writeFileSync(start, readFileSync(start, 'utf8').replaceAll(`\`${VERSION}\``, `\`${SEVENS}\``));
}

/** A cache that has V8 run something else: what it compiled of a program of the same length, under the trailer of the genuine one. */
async function plant(cache: string, root: string): Promise<void> {
  const other = makeFolder();
  cpSync(root, other, { recursive: true });
  saySevens(other);
  const planted = makeFolder();
  await run(planted, { root: other });
  const ofStart = (path: string): boolean => path.endsWith('-start.cjs');
  const code = readFileSync(kept(planted).find(ofStart) ?? '').subarray(0, -TRAILER_BYTES);
  let sum = 0;
  for (let at = 0; at + 4 <= code.length; at += 64) sum = (sum + code.readInt32LE(at)) | 0;
  const path = kept(cache).find(ofStart) ?? '';
  const [name, ino, ctime, size] = readFileSync(path).subarray(-TRAILER_BYTES).toString().split(' ');
  const trailer = [name, ino, ctime, size, code.length, sum].join(' ').padEnd(TRAILER_BYTES);
  writeFileSync(path, Buffer.concat([code, Buffer.from(trailer)]));
}

const TRAILER_BYTES = 128;

it.each([
  ['its own files', () => undefined, SEVENS],
  ['a folder that others may write to', (cache: string) => chmodSync(join(cache, 'fdleak'), 0o777), VERSION],
  ['files that others may write to', (cache: string) => kept(cache).forEach((path) => chmodSync(path, 0o666)), VERSION],
  ['files that are links', (cache: string) => kept(cache).forEach(replaceByLink), VERSION],
])('runs code from %s, or not', async (_what, loosen, says) => {
  const [cache, root] = [makeFolder(), makeFolder()];
  copyTo(root);
  expect((await run(cache, { root })).stdout).toBe(VERSION);
  await plant(cache, root);
  loosen(cache);
  expect(await run(cache, { root })).toMatchObject({ stdout: says, stderr: '', exitCode: 0 });
});

function replaceByLink(path: string): void {
  const target = join(makeFolder(), 'target');
  renameSync(path, target);
  symlinkSync(target, path);
}

it('puts a file that was cut or lost a block in order again', async () => {
  const cache = makeFolder();
  const { stdout } = await run(cache);
  for (const path of kept(cache)) {
    const content = readFileSync(path);
    if (content.length > 8192) content.fill(0, 4096, 8192);
    writeFileSync(path, content.length > 8192 ? content : content.subarray(0, 100));
  }
  const damaged = inodes(cache);
  expect(await run(cache)).toMatchObject({ stdout, exitCode: 0 });
  const mended = inodes(cache);
  expect(mended).not.toEqual(damaged);
  await run(cache);
  expect(inodes(cache)).toEqual(mended);
});

it.each([
  ['may not be made', (cache: string) => writeFileSync(cache, '')],
  ['is a link', (cache: string) => (mkdirSync(cache), symlinkSync(makeFolder(), join(cache, 'fdleak')))],
])('does without a folder that %s', async (_what, prepare) => {
  const cache = join(makeFolder(), 'cache');
  prepare(cache);
  expect(await run(cache)).toMatchObject({ stderr: '', exitCode: 0 });
  if (statSync(cache).isDirectory()) expect(kept(cache)).toEqual([]);
});

it.each([{ NODE_DISABLE_COMPILE_CACHE: '1' }, { NODE_OPTIONS: '--max-old-space-size=200' }])(
  'neither reads nor writes with %o',
  async (env) => {
    const cache = makeFolder();
    expect(await run(cache, { env })).toMatchObject({ stderr: '', exitCode: 0 });
    expect(readdirSync(cache)).toEqual([]);
  },
);

const DAY_S = 86_400;
const age = (path: string, days: number): void => {
  const then = Date.now() / 1000 - days * DAY_S;
  lutimesSync(path, then, then);
};

describe('what other builds kept', () => {
  /** A cache in which the next run writes one file anew, and another file of that age and name. */
  async function toCache(name: string, days: number): Promise<{ cache: string; path: string }> {
    const cache = makeFolder();
    await run(cache);
    rmSync(kept(cache).find((path) => path.endsWith('-start.cjs')) ?? '');
    const path = join(cache, 'fdleak', name);
    writeFileSync(path, 'x', { mode: 0o600 });
    age(path, days);
    return { cache, path };
  }
  const OTHER = 'code-%2Fgone%2Fdist%2Fbin-v20.20.2-start.cjs';

  it.each([
    { name: OTHER, days: 31, isDue: true },
    { name: `${OTHER}.4711`, days: 31, isDue: true },
    { name: OTHER, days: 29, isDue: false },
    { name: 'walk-1-48dc540c.json', days: 31, isDue: false },
  ])('goes after 30 days unused, when something is kept anew: $name after $days days, $isDue', async (row) => {
    const { cache, path } = await toCache(row.name, row.days);
    await run(cache);
    expect(existsSync(path)).toBe(!row.isDue);
  });

  it('is told from what this one keeps: a chunk that is no more, and one that this run did not load', async () => {
    const { cache } = await toCache(OTHER, 1);
    await run(cache, { args: ['explain', 'near-limit'] });
    const explain = kept(cache).find((path) => path.endsWith('-explain.cjs')) ?? '';
    const gone = explain.replace('-explain.cjs', '-no-such-chunk.cjs');
    cpSync(explain, gone);
    for (const path of [explain, gone]) age(path, 31);
    rmSync(explain.replace('-explain.cjs', '-start.cjs'));
    await run(cache);
    expect([explain, gone].map((path) => existsSync(path))).toEqual([true, false]);
  });

  it('stays at a run that keeps nothing', async () => {
    const { cache, path } = await toCache(OTHER, 1);
    await run(cache);
    age(path, 31);
    await run(cache);
    expect(existsSync(path)).toBe(true);
  });

  it.each([
    ['a file that others may write to', (path: string) => chmodSync(path, 0o666)],
    ['a link', replaceByLink],
  ])('stays where it is %s', async (_what, make) => {
    const { cache, path } = await toCache(OTHER, 31);
    make(path);
    age(path, 31);
    await run(cache);
    expect(existsSync(path)).toBe(true);
  });
});
