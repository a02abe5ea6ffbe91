import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseProcStatus } from '../../../src/core/parse/proc-status.ts';
import { fixture, proc } from '../../lines.ts';

const UNKNOWN = { tgid: null, uid: null, fdSize: null, threads: null, nsPids: [], isKernelThread: null, capEff: null };

describe('parseProcStatus', () => {
  it('reads the status captured from a proxy', () => {
    expect(parseProcStatus(fixture('gshell/2-after-90s/status.txt'))).toMatchObject({
      uid: 0,
      fdSize: 256,
      nsPids: [17_195],
      isKernelThread: false,
      capEff: 0x1ff_feff_ffffn,
    });
  });

  it.each([
    { line: 'Tgid:\t4242', is: { tgid: 4242 } },
    { line: 'Uid:\t1000\t65534\t0\t0', is: { uid: 65_534 } },
    { line: 'NSpid:\t3597864\t17\t1', is: { nsPids: [3_597_864, 17, 1] } },
    { line: 'Kthread:\t1', is: { isKernelThread: true } },
    { line: 'CapEff:\tffffffffffffffff', is: { capEff: 0xffff_ffff_ffff_ffffn } },
    { line: 'Threads:\t7', is: { threads: 7 } },
  ])('reads $line', ({ line, is }) => {
    expect(parseProcStatus(`Name:\tx\n${line}\n`)).toEqual({ ...UNKNOWN, ...is });
  });

  it.each([
    '',
    'Uid:',
    'Uid:\t1000',
    'FDSize:\t-1',
    'Kthread:\t2',
    'CapEff:\txyz',
    'Threads:\n',
    ':\t1',
    'Name:\tUid:\\n\t7\t7',
  ])('knows nothing from %j', (text) => {
    expect(parseProcStatus(text)).toEqual(UNKNOWN);
  });

  it('has an answer for any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(Object.keys(parseProcStatus(text))).toEqual(Object.keys(UNKNOWN));
      }),
    );
  });

  it('reads this process as this kernel prints it', () => {
    const { uid, nsPids } = parseProcStatus(proc('self/status'));
    expect({ uid, pid: nsPids.at(-1) }).toEqual({ uid: process.geteuid?.(), pid: process.pid });
  });
});
