import type { Assertion, AssertionReport } from '../../src/core/model/assertion.ts';
import { anInspection, anOrphan } from '../inspection-builder.ts';

/** An assertion that failed by one dead connection. */
export const anAssertion = (differs: Partial<Assertion> = {}): Assertion => ({
  name: 'max orphaned',
  subject: 'orphaned',
  most: 0,
  expected: '<= 0',
  found: 1,
  result: 'failed',
  because: '1 orphaned',
  descriptors: [anOrphan()],
  ...differs,
});

/** A report of these, five seconds after the process was quiet. */
export const anAssertionReport = (...assertions: readonly Assertion[]): AssertionReport => ({
  schema: 'fdleak.assertion/1',
  version: '0.1.0',
  takenAt: '2026-11-22T19:46:00.000Z',
  passed: assertions.every(({ result }) => result === 'passed'),
  settledAfterMs: 5000,
  process: anInspection().process,
  open: 61,
  soft: 1024,
  runs: null,
  notes: [],
  assertions,
});
