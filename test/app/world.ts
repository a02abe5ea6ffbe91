import type { World } from '../../src/app/world.ts';
import { FRESH_TABLES } from '../../src/collect/network-tables.ts';
import { ProcFs } from '../../src/collect/proc-fs.ts';
import type { ToolRun } from '../../src/core/model/reading.ts';

/** This machine, or a folder in place of its /proc; without koffi, and without programs but for what `runTool` says. */
export function worldOf(root = '/proc', runTool: (command: string) => ToolRun = notInstalled): World {
  return {
    version: '0.1.0',
    self: [process.execPath, 'fdleak.js'],
    host: 'micro-server',
    proc: new ProcFs(root),
    clock: { nowMs: () => 0, monotonicMs: () => 0, sleep: async () => undefined },
    runTool: async (command) => runTool(command),
    viewer: { uid: 0, hasSysResource: false },
    isHidden: () => false,
    network: FRESH_TABLES,
    loadWalk: async () => ({ kind: 'unavailable', failure: { step: 'off', because: 'not here', remedy: null } }),
    kernelCalls: () => ({ kind: 'unavailable', because: 'koffi: not installed' }),
  };
}

function notInstalled(): ToolRun {
  return { kind: 'unavailable', because: 'not installed' };
}
