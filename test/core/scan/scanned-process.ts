import type { Scan } from '../../../src/core/model/scan.ts';
import type { ScannedProcess } from '../../../src/core/model/scanned-process.ts';
import type { CountedProcess } from '../../../src/core/model/counted-process.ts';
import { countStandings } from '../../../src/core/scan/standing.ts';

export const aCounted = (pid: number, differs: Partial<CountedProcess> = {}): CountedProcess => ({
  pid,
  comm: 'app',
  startTicks: 1,
  uid: 1000,
  pidInNamespace: pid,
  unit: null,
  container: null,
  open: 10,
  soft: 1024,
  hard: 4096,
  ...differs,
});

export const aScanned = (pid: number, differs: Partial<ScannedProcess> = {}): ScannedProcess => ({
  ...aCounted(pid),
  user: 'web',
  cmdline: null,
  standing: 'ok',
  because: null,
  utilization: 0.01,
  free: 1014,
  byVerdict: null,
  places: [],
  findings: [],
  holding: null,
  ...differs,
});

export const aScan = (processes: readonly ScannedProcess[], summary: Partial<Scan['summary']> = {}): Scan => ({
  schema: 'fdleak.scan/1',
  version: '0.1.0',
  host: 'micro-server',
  takenAt: '2026-11-25T10:00:00.000Z',
  tookMs: 250,
  options: { withinMs: 2000, settleMs: 0, min: 20, by: null, holding: null },
  machine: { open: 900, most: null },
  summary: {
    processes: processes.length,
    standings: countStandings(processes),
    looked: processes.length,
    plain: 0,
    small: 0,
    notReached: 0,
    denied: 0,
    ended: 0,
    hidden: 0,
    ...summary,
  },
  processes,
  groups: null,
});
