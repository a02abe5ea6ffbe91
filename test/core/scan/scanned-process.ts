import type { CountedProcess, ScannedProcess } from '../../../src/core/model/scan.ts';

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
