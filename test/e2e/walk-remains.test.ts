/** @module-tag bpftool python3 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { RUN } from './fdleak.ts';
import { startTarget } from './target.ts';

const canWalk = process.getuid?.() === 0 && existsSync('/sys/kernel/btf/vmlinux');
const KINDS = ['prog', 'map', 'link'] as const;
const POLLED = { timeout: 1000, interval: 10 };

describe.runIf(canWalk)('what the walk loads into the kernel', () => {
  it('is gone when fdleak has ended', async () => {
    const fdleak = startInspect(await startDying(), '1s');
    const held = await whenLoaded(fdleak);
    fdleak.kill('SIGSTOP');
    expect(held).toEqual([expect.stringMatching(/^map_id/), expect.stringMatching(/^prog_id/)]);
    expect(remainsOf(held)).toEqual(held);
    const ended = once(fdleak, 'exit');
    fdleak.kill('SIGCONT');
    await ended;
    await expect.poll(() => remainsOf(held), POLLED).toEqual([]);
  });

  it('is gone within a second where fdleak is killed, at whatever moment', async () => {
    const pid = await startDying();
    const startedAt = performance.now();
    const first = startInspect(pid, '10s');
    await whenLoaded(first);
    const loadedMs = performance.now() - startedAt;
    first.kill('SIGKILL');
    const seen = new Set<string>();
    for (let part = 0.4; part < 2.2; part += 0.1) {
      const fdleak = startInspect(pid, '300ms');
      await wait(part * loadedMs);
      fdleak.kill('SIGSTOP');
      await expect.poll(() => isStopped(fdleak), POLLED).toBe(true);
      const held = heldBy(fdleak);
      for (const one of held) seen.add(one.replace(/:.*/, ''));
      fdleak.kill('SIGKILL');
      await expect.poll(() => remainsOf(held), POLLED).toEqual([]);
    }
    expect(seen).toContain('prog_id');
  });

  it('is loaded once for a whole watch of many descriptors, and gone with it', async () => {
    const { ready } = await startTarget<{ pid: number }>('hoard.py', ['files', '300']);
    const watch = startFdleak(['watch', `${ready.pid}`, '--interval', '100ms', '--duration', '60s', '--no-history']);
    const loaded = await whenLoaded(watch);
    await wait(2000);
    expect(loadedBy(watch)).toEqual(loaded);
    const ended = once(watch, 'exit');
    watch.kill('SIGINT');
    await ended;
    await expect.poll(() => remainsOf(loaded), POLLED).toEqual([]);
  });
});

/** A process with dead sockets. */
async function startDying(): Promise<number> {
  const { ready } = await startTarget<{ pid: number }>('untouched.py');
  return ready.pid;
}

function startInspect(pid: number, settle: string): ChildProcess {
  return startFdleak(['inspect', `${pid}`, '--sources', 'proc,autopsy,bpf', '--settle', settle]);
}

function startFdleak(args: readonly string[]): ChildProcess {
  const [command, ...rest] = RUN;
  return spawn(command, [...rest, ...args], { stdio: 'ignore' });
}

async function whenLoaded(fdleak: ChildProcess): Promise<string[]> {
  await expect.poll(() => loadedBy(fdleak), { timeout: 20_000, interval: 10 }).toHaveLength(2);
  return loadedBy(fdleak);
}

/** Programs and maps: a link is there only while it walks. */
function loadedBy(fdleak: ChildProcess): string[] {
  return heldBy(fdleak).filter((one) => !one.startsWith('link'));
}

/** Of a descriptor that is closed by then, nothing: the others are there. */
function textOf(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}

/** Programs, maps and links that a process holds, as its fdinfo names them: `prog_id:\t17`. */
function heldBy({ pid }: ChildProcess): string[] {
  const folder = `/proc/${pid}/fdinfo`;
  try {
    const texts = readdirSync(folder).map((fd) => textOf(`${folder}/${fd}`));
    const ids = texts.flatMap((text) => text.match(/^(map|prog|link)_id:\t\d+$/gm) ?? []);
    return [...new Set(ids)].toSorted();
  } catch {
    return [];
  }
}

/** Has ended counts as well: there is no state then. */
function isStopped({ pid }: ChildProcess): boolean {
  try {
    return /^State:\t[TZ]/m.test(readFileSync(`/proc/${pid}/status`, 'latin1'));
  } catch {
    return true;
  }
}

/** Those of them that the kernel still has, as bpftool lists them. */
function remainsOf(held: readonly string[]): string[] {
  const all = new Set(KINDS.flatMap(listAll));
  return held.filter((one) => all.has(one));
}

function listAll(kind: (typeof KINDS)[number]): string[] {
  const { stdout, stderr, status } = spawnSync('bpftool', ['--json', kind, 'show'], {
    encoding: 'utf8',
    env: { ...process.env, PATH: `${process.env['PATH']}:/usr/sbin` },
  });
  if (status !== 0) throw new Error(`bpftool ${kind}: ${stdout}${stderr}`);
  const listed: readonly { readonly id: number }[] = JSON.parse(stdout);
  return listed.map(({ id }) => `${kind}_id:\t${id}`);
}
