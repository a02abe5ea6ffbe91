import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseProcStat } from '../../../src/core/parse/proc-stat.ts';
import { proc, statLine } from '../../lines.ts';

describe('parseProcStat', () => {
  it('reads a process', () => {
    expect(parseProcStat(statLine())).toEqual({
      kind: 'parsed',
      comm: 'node',
      state: 'S',
      ppid: 1,
      threads: 11,
      startTicks: 918_273,
      isKernelThread: false,
      isExiting: false,
    });
  });

  it.each(['my app', ') R 1 (', 'x) Z 0 0 0', 'a\nb', '\x1b[2J', ''])('reads the name %j', (comm) => {
    expect(parseProcStat(statLine({ comm }))).toMatchObject({ comm, state: 'S', startTicks: 918_273 });
  });

  it('reads a name as UTF-8 and replaces what is none', () => {
    expect(parseProcStat(statLine({ comm: 'caf\xc3\xa9 \xff' }))).toMatchObject({ comm: 'café \uFFFD' });
  });

  it('knows a kernel thread by its flag', () => {
    expect(parseProcStat(statLine({ flags: String(0x0020_8040) }))).toMatchObject({ isKernelThread: true });
    expect(parseProcStat(statLine({ flags: String(0xffdf_ffff) }))).toMatchObject({ isKernelThread: false });
  });

  it('knows a process that ends by its flag', () => {
    expect(parseProcStat(statLine({ flags: String(0x0040_0004) }))).toMatchObject({ isExiting: true });
    expect(parseProcStat(statLine({ flags: String(0xffff_fffb) }))).toMatchObject({ isExiting: false });
  });

  it.each([
    { why: 'no text', text: '', field: 'comm', found: '' },
    { why: 'no name', text: '4242 S 1', field: 'comm', found: '4242 S 1' },
    { why: 'a name without end', text: '4242 (node S 1', field: 'comm', found: '4242 (node S 1' },
    { why: 'parentheses the wrong way round', text: ') (', field: 'comm', found: ') (' },
    { why: 'no state', text: '4242 (node)', field: 'state', found: '' },
    { why: 'a state that is a number', text: '4242 (node) 1', field: 'state', found: '1' },
    { why: 'a negative parent', text: statLine({ ppid: '-1' }), field: 'ppid', found: '-1' },
    { why: 'threads in words', text: statLine({ threads: 'x' }), field: 'num_threads', found: 'x' },
    { why: 'no start time', text: statLine().split(' 0 918273')[0] ?? '', field: 'starttime', found: '' },
  ])('reports $why', ({ text, field, found }) => {
    expect(parseProcStat(text)).toEqual({ kind: 'fault', fault: { source: 'proc-stat', line: 1, field, found } });
  });

  it('is not misled by any name', () => {
    const bytes = fc.array(fc.nat(255), { maxLength: 15 }).map((codes) => String.fromCharCode(...codes));
    fc.assert(
      fc.property(bytes, fc.nat(), (comm, startTicks) => {
        expect(parseProcStat(statLine({ comm, startTicks: `${startTicks}` }))).toMatchObject({ ppid: 1, startTicks });
      }),
    );
  });

  it('reads this process as this kernel prints it', () => {
    expect(parseProcStat(proc('self/stat'))).toMatchObject({ ppid: process.ppid, isKernelThread: false });
  });
});
