import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import type { World } from './app/world.ts';
import { loadKernelCalls, type KernelCallsLoad } from './collect/kernel-calls.ts';
import { pauseAtLeast } from './collect/pause.ts';
import { FRESH_TABLES } from './collect/network-tables.ts';
import { ProcFs } from './collect/proc-fs.ts';
import { runTool } from './collect/tool.ts';
import type { Viewer } from './core/model/viewer.ts';
import { parseProcStatus } from './core/parse/proc-status.ts';
import { VERSION } from './version.ts';

const CAP_SYS_RESOURCE = 1n << 24n;

/** The real outside: this machine's /proc, clock and tools. The only place that makes adapters. */
export function toWorld(): World {
  let load: KernelCallsLoad | null = null;
  return {
    version: VERSION,
    host: hostname(),
    proc: new ProcFs(),
    clock: {
      nowMs: () => Date.now(),
      monotonicMs: () => performance.now(),
      sleep: (ms) => pauseAtLeast(ms),
    },
    runTool,
    viewer: readViewer(),
    isHidden,
    network: FRESH_TABLES,
    kernelCalls: () => (load ??= loadKernelCalls()),
  };
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
