/** @module-tag python3 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { RUN } from './fdleak.ts';
import { startTarget } from './target.ts';

const canWalk = process.getuid?.() === 0 && existsSync('/sys/kernel/btf/vmlinux');
const GONE_MS = 1000;

describe.runIf(canWalk)('what the walk loads into the kernel', () => {
  it('is gone when fdleak has ended', async () => {
    const fdleak = startInspect(await startDying(), '2s');
    await expect.poll(() => heldBy(fdleak), { timeout: 10_000 }).toHaveLength(2);
    const held = heldBy(fdleak);
    expect(held).toEqual([expect.stringMatching(/^map_id/), expect.stringMatching(/^prog_id/)]);
    expect(remainsOf(held)).toEqual(held);
    await once(fdleak, 'exit');
    await expect.poll(() => remainsOf(held), { timeout: GONE_MS }).toEqual([]);
  });

  it('is gone within a second where fdleak is killed, at whatever moment', async () => {
    const pid = await startDying();
    const seen = new Set<string>();
    for (let afterMs = 60; afterMs < 600; afterMs += 30) {
      const fdleak = startInspect(pid, '300ms');
      await wait(afterMs);
      fdleak.kill('SIGSTOP');
      await expect.poll(() => isStopped(fdleak)).toBe(true);
      const held = heldBy(fdleak);
      for (const one of held) seen.add(one.replace(/:.*/, ''));
      fdleak.kill('SIGKILL');
      await expect.poll(() => remainsOf(held), { timeout: GONE_MS }).toEqual([]);
    }
    expect(seen).toContain('prog_id');
  });
});

/** A process with dead sockets. */
async function startDying(): Promise<number> {
  const { ready } = await startTarget<{ pid: number }>('untouched.py');
  return ready.pid;
}

function startInspect(pid: number, settle: string): ChildProcess {
  const [command, ...rest] = RUN;
  const args = ['inspect', `${pid}`, '--sources', 'proc,autopsy,bpf', '--settle', settle];
  return spawn(command, [...rest, ...args], { stdio: 'ignore' });
}

/** Programs, maps and links that a process holds, as its fdinfo names them: `prog_id:\t17`. */
function heldBy({ pid }: ChildProcess): string[] {
  const folder = `/proc/${pid}/fdinfo`;
  try {
    const texts = readdirSync(folder).map((fd) => readFileSync(`${folder}/${fd}`, 'latin1'));
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

/** Those of them that the kernel still has. */
function remainsOf(held: readonly string[]): string[] {
  const all: readonly string[] = JSON.parse(spawnSync('python3', ['-c', LIST_ALL], { encoding: 'utf8' }).stdout);
  return held.filter((one) => all.includes(one));
}

/** As `bpftool` does, by BPF_PROG_GET_NEXT_ID, BPF_MAP_GET_NEXT_ID and BPF_LINK_GET_NEXT_ID. */
const LIST_ALL = `
import ctypes, json, os, struct
libc = ctypes.CDLL(None, use_errno=True)
CALL = 321 if os.uname().machine == "x86_64" else 280
found = []
for name, command in (("prog_id", 11), ("map_id", 12), ("link_id", 31)):
    last = 0
    while True:
        step = ctypes.create_string_buffer(struct.pack("III", last, 0, 0), 12)
        if libc.syscall(CALL, command, step, 12) < 0:
            break
        last = struct.unpack("III", step.raw)[1]
        found.append(f"{name}:\\t{last}")
print(json.dumps(found))
`;
