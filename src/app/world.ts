import type { CheckedWalk } from '../collect/bpf/load-walk.ts';
import type { KernelCalls, KernelCallsLoad } from '../collect/kernel-calls.ts';
import type { NetworkTables } from '../collect/network-tables.ts';
import type { ProcFs } from '../collect/proc-fs.ts';
import type { RunTool } from '../collect/tool.ts';
import type { Viewer } from '../core/model/viewer.ts';

/** The outside, as the use cases see it; tests hand in their own. */
export interface World {
  readonly version: string;
  /** Starts this program again, as a command and its first arguments: `['/usr/bin/node', '…/bin/fdleak.js']`, or the single file alone. */
  readonly self: readonly string[];
  readonly host: string;
  readonly proc: ProcFs;
  readonly clock: Clock;
  readonly runTool: RunTool;
  readonly viewer: Viewer;
  /** Whether a process exists that /proc hides from us. */
  isHidden(pid: number): boolean;
  kernelCalls(): KernelCallsLoad;
  /** Where socket tables come from: anew for each process, or once for all of a run. */
  readonly network: NetworkTables;
  /** Loads the kernel's own walk anew: whoever asks for it disposes of it. */
  loadWalk(): Promise<CheckedWalk>;
}

/** The system calls, loaded at the first question; null where they cannot be. */
export function callsOf(world: Pick<World, 'kernelCalls'>): KernelCalls | null {
  const load = world.kernelCalls();
  return load.kind === 'loaded' ? load.calls : null;
}

export interface Clock {
  /** Wall clock, ms since 1970. */
  nowMs(): number;
  /** Never jumps. */
  monotonicMs(): number;
  /** Until `monotonicMs` has advanced by `ms` or more. */
  sleep(ms: number): Promise<void>;
}
