import type { CountedProcess } from '../../../src/core/model/counted-process.ts';

/** A process of a host as it was counted: nothing about it is remarkable. */
export const aProcess = (pid: number, differs: Partial<CountedProcess> = {}): CountedProcess => ({
  pid,
  comm: 'web',
  startTicks: 1,
  uid: 33,
  pidInNamespace: null,
  unit: null,
  container: null,
  open: 40,
  soft: 1000,
  hard: 1000,
  ...differs,
});
