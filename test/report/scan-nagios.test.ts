import { expect, it } from 'vitest';
import type { ScannedProcess, Standing } from '../../src/core/model/scanned-process.ts';
import { aProcess as aCountedProcess } from '../app/scan/a-process.ts';
import { aScan } from '../core/scan/scanned-process.ts';
import { findNagiosFaults } from './nagios-faults.ts';
import { nagiosStatusOfScan, renderScanNagios } from '../../src/report/scan/nagios.ts';

const aProcess = (standing: Standing, differs: Partial<ScannedProcess> = {}): ScannedProcess => ({
  ...aCountedProcess(42, { comm: 'web|x', soft: 100, hard: 100 }),
  user: null,
  cmdline: null,
  standing,
  because: null,
  utilization: 0.4,
  free: 60,
  byVerdict: null,
  places: [],
  findings: [],
  holding: null,
  ...differs,
});

it.each([
  ['one that leaks', aScan([aProcess('leak'), aProcess('ok')]), false, 'CRITICAL'],
  ['one that is full', aScan([aProcess('full')]), false, 'CRITICAL'],
  ['a suspect', aScan([aProcess('suspect')]), false, 'WARNING'],
  ['one near its limit', aScan([aProcess('ok', { utilization: 0.8 })]), false, 'WARNING'],
  ['one not seen, near its limit', aScan([aProcess('unseen', { utilization: 0.9 })]), false, 'WARNING'],
  ['all well', aScan([aProcess('ok')]), false, 'OK'],
  ['one not seen among those that are well', aScan([aProcess('unseen'), aProcess('ok')], { denied: 1 }), false, 'OK'],
  ['one not seen, where all must be', aScan([aProcess('unseen'), aProcess('ok')], { denied: 1 }), true, 'UNKNOWN'],
  ['none judged', aScan([aProcess('unseen'), aProcess('ok')], { denied: 1, small: 1 }), false, 'UNKNOWN'],
  ['some hidden, where all must be seen', aScan([aProcess('ok')], { hidden: null }), true, 'UNKNOWN'],
] as const)('calls %s by the state of a plugin', (_, scan, strict, status) => {
  expect(nagiosStatusOfScan(scan, strict)).toBe(status);
  const text = renderScanNagios(scan, strict);
  expect(text).toContain(`FDLEAK ${status} - `);
  expect(findNagiosFaults(text)).toEqual([]);
});

it.each([
  ['FDLEAK CRITICAL', 'FDLEAK BAD', 'no status'],
  ['web/x', 'web|x', 'no status'],
  [' (42)', '\n(42)', 'more than one line'],
  [' files=', ' | files=', 'more than one bar'],
  ['worst=40.0%', 'worst=NaN%', 'no number for a graph'],
  ['worst=', 'worst of=', 'no number for a graph'],
  ['time=0.250s', 'time=0,250s', 'no number for a graph'],
])('would be refused with %j spoilt to %j', (from, to, fault) => {
  const text = renderScanNagios(aScan([aProcess('leak')]), false);
  expect(text).toContain(from);
  expect(findNagiosFaults(text.replace(from, to)).join()).toContain(fault);
});

it('names who and what, with numbers for graphs, and no numbers that are not known', () => {
  const place = { what: 'dead tcp', where: null, count: 30, leak: 'certain', objects: 30, perHour: null } as const;
  expect(renderScanNagios(aScan([aProcess('leak', { places: [place] })]), false)).toBe(
    'FDLEAK CRITICAL - 1 of 1 process: LEAK web/x (42) 30 dead tcp; 60 left | processes=1;;;0 leak=1;;0;0 full=0;;0;0 suspect=0;0;;0 unseen=0;;;0 worst=40.0%;80;100;0;100 files=900;;;0; time=0.250s\n',
  );
  const unknown = aScan([aProcess('unseen', { utilization: null })]);
  const text = renderScanNagios({ ...unknown, machine: { open: null, most: null } }, false);
  expect(text).not.toMatch(/worst|files|null|NaN/);
});
