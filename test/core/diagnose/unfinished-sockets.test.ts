import { describe, expect, it } from 'vitest';
import { applyRule } from '../../../src/core/diagnose/case.ts';
import { FAILED_CONNECTS_KEPT } from '../../../src/core/diagnose/failed-connects-kept.ts';
import { UNLISTED_SOCKETS } from '../../../src/core/diagnose/unlisted-sockets.ts';
import type { Missing } from '../../../src/core/model/source.ts';
import type { VerdictName } from '../../../src/core/model/verdict.ts';
import {
  aCase,
  anUnlisted,
  aSocket,
  HEALTHY_DESCRIPTORS,
  many,
  type InspectionDiffers,
} from '../../inspection-builder.ts';

const sockets = (is: VerdictName, count: number, fd: number) =>
  many(count, (differs) => aSocket({ ...differs, is }), { fd });

describe('the rule failed-connects-kept', () => {
  const find = (counts: Partial<Record<VerdictName, number>>) =>
    applyRule(
      FAILED_CONNECTS_KEPT,
      aCase({
        descriptors: [
          ...HEALTHY_DESCRIPTORS,
          ...sockets('connect-failed', counts['connect-failed'] ?? 0, 100),
          ...sockets('fresh', counts.fresh ?? 0, 200),
          ...sockets('bound', counts.bound ?? 0, 300),
          ...sockets('closed-listener', counts['closed-listener'] ?? 0, 400),
        ],
      }),
    );

  it.each([
    { counts: {}, severity: null },
    { counts: { fresh: 7 }, severity: null },
    { counts: { fresh: 4, bound: 3, 'closed-listener': 1 }, severity: 'info' },
    { counts: { 'connect-failed': 1 }, severity: 'info' },
    { counts: { 'connect-failed': 7, fresh: 20 }, severity: 'info' },
    { counts: { 'connect-failed': 8 }, severity: 'warning' },
  ])('gives $severity for $counts', ({ counts, severity }) => {
    expect(find(counts)?.severity ?? null).toBe(severity);
  });

  it('says that one look shows no growth', () => {
    const found = find({ 'connect-failed': 3, fresh: 2 });

    expect(found?.title).toBe('3 sockets kept after connect() failed');
    expect(found?.evidence).toEqual([
      '2 more were made by socket() and never used',
      'one look shows a number, not growth: a retry under way looks the same',
    ]);
  });
});

describe('the rule unlisted-sockets', () => {
  const find = (count: number, differs: InspectionDiffers = {}) =>
    applyRule(
      UNLISTED_SOCKETS,
      aCase({ descriptors: [...HEALTHY_DESCRIPTORS, ...many(count, anUnlisted)], ...differs }),
    );

  it('says nothing where every socket is listed or was asked', () => {
    expect(find(0)).toBeNull();
  });

  it('warns, and accuses nobody', () => {
    expect(find(14)).toMatchObject({
      severity: 'warning',
      count: 14,
      title: '14 TCP sockets in no socket table: dead or not, fdleak cannot tell',
    });
  });

  it('hands on what is needed to decide, and leaves out what would not help', () => {
    const missing: Missing[] = [
      {
        source: 'autopsy',
        what: 'probing of sockets in no table (autopsy)',
        because: 'koffi is not installed',
        remedy: 'npm install koffi, then inspect again',
      },
      { source: 'lsof', what: 'lsof', because: 'not installed', remedy: 'install lsof' },
    ];
    const found = find(2, { capability: { level: 'sockets', missing } });

    expect(found?.advice).toBe('To decide: npm install koffi, then inspect again.');
    expect(found?.evidence).toContain('missing: probing of sockets in no table (autopsy) (koffi is not installed)');
  });

  it('has advice where nothing is known to be missing', () => {
    expect(find(1)?.advice).toContain('sudo fdleak inspect 4242');
  });
});
