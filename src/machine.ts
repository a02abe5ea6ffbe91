import { existsSync, readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import type { World } from './app/world.ts';
import type { CheckedWalk } from './collect/bpf/load-walk.ts';
import type { KernelCallsLoad } from './collect/kernel-calls.ts';
import { loadKernelCalls } from './collect/load-kernel-calls.ts';
import { cacheFolderIn } from './collect/own-folder.ts';
import { pauseAtLeast } from './collect/pause.ts';
import { FRESH_TABLES } from './collect/network-tables.ts';
import { ProcFs } from './collect/proc-fs.ts';
import { runTool } from './collect/tool.ts';
import type { Viewer } from './core/model/viewer.ts';
import { parseProcStatus } from './core/parse/proc-status.ts';
import { VERSION } from './version.ts';

const CAP_SYS_RESOURCE = 1n << 24n;

/** The real outside: this machine's /proc, clock and tools. The only place that makes adapters. `self` starts this program again. */
export function toWorld(self: readonly string[]): World {
  let load: KernelCallsLoad | null = null;
  return {
    version: VERSION,
    self,
    host: hostname(),
    proc: new ProcFs(),
    clock: {
      nowMs: () => Date.now(),
      // Not performance.now(), which Node loads at its first use: 1 ms.
      monotonicMs: () => {
        const [seconds, nanoseconds] = process.hrtime();
        return seconds * 1000 + nanoseconds / 1e6;
      },
      sleep: (ms) => pauseAtLeast(ms),
    },
    runTool,
    viewer: readViewer(),
    isHidden,
    network: FRESH_TABLES,
    kernelCalls: () => (load ??= loadKernelCalls()),
    loadWalk: async () => loadWalkHere((load ??= loadKernelCalls())),
  };
}

/** Loaded when it is first needed: most commands never are. */
async function loadWalkHere(calls: KernelCallsLoad): Promise<CheckedWalk> {
  if (process.env['FDLEAK_BPF'] === '0') {
    return { kind: 'unavailable', failure: { step: 'off', because: 'turned off (FDLEAK_BPF=0)', remedy: null } };
  }
  const { loadWalk } = await import('./collect/bpf/load-walk.ts');
  return loadWalk(calls, {
    typesPath: '/sys/kernel/btf/vmlinux',
    cacheFolder: cacheFolder(),
    netns: ownNetns(),
  });
}

/** The single file writes nothing of its own accord on a box that has no folder for caches. */
function cacheFolder(): string | null {
  const folder = cacheFolderIn(process.env);
  const isSingleFile = process.versions['bun'] !== undefined;
  return folder === null || (isSingleFile && !existsSync(dirname(folder))) ? null : folder;
}

function ownNetns(): string | null {
  try {
    return /\d+/.exec(readlinkSync('/proc/self/ns/net'))?.[0] ?? null;
  } catch {
    return null;
  }
}

function readViewer(): Viewer {
  const uid = process.getuid?.() ?? null;
  try {
    const { capEff } = parseProcStatus(readFileSync('/proc/self/status', 'latin1'));
    return { uid, hasSysResource: capEff === null ? null : (capEff & CAP_SYS_RESOURCE) !== 0n };
  } catch {
    return { uid, hasSysResource: null };
  }
}

/** Signal 0 is not sent: kill(2) only says whether there is somebody to send it to. */
function isHidden(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
