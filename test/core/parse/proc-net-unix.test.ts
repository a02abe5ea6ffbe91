import { measureCpuMs } from '../../cpu-time.ts';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parseProcNetUnix } from '../../../src/core/parse/proc-net-unix.ts';
import { fixture, proc, table, UNIX_HEADER, unixLine } from '../../lines.ts';

const parse = (...lines: readonly string[]) => parseProcNetUnix(table(UNIX_HEADER, ...lines));
const paths = (...lines: readonly string[]) => parse(...lines).rows.map(({ pathBytes }) => pathBytes);

const SECRET = unixLine({ inode: '2000', path: '/run/genuine.sock' });

describe('parseProcNetUnix', () => {
  it('reads a connected socket without a name', () => {
    expect(parse(unixLine())).toEqual({
      rows: [{ inode: '1055', type: 'stream', state: 'CONNECTED', pathBytes: null }],
      faults: [],
    });
  });

  it.each([
    { cells: { flags: '00010000', st: '01' }, row: { state: 'LISTEN' } },
    { cells: { st: '01', type: '0002' }, row: { state: 'UNCONNECTED', type: 'dgram' } },
    { cells: { st: '02', inode: '0' }, row: { state: 'CONNECTING', inode: '0' } },
    { cells: { st: '04', type: '0005' }, row: { state: 'DISCONNECTING', type: 'seqpacket' } },
    { cells: { pointer: '290640a8' }, row: { state: 'CONNECTED' } },
    { cells: { pointer: '(____ptrval____)' }, row: { state: 'CONNECTED' } },
    { cells: { path: '@abstract@with@nul' }, row: { pathBytes: '@abstract@with@nul' } },
    { cells: { path: 'name with blanks ' }, row: { pathBytes: 'name with blanks ' } },
    { cells: { path: ' ' }, row: { pathBytes: ' ' } },
    { cells: { path: '/tmp/\x1b]0;owned\x07\xff' }, row: { pathBytes: '/tmp/\x1b]0;owned\x07\xff' } },
    { cells: { path: 'x'.repeat(108) }, row: { pathBytes: 'x'.repeat(108) } },
  ])('reads $cells', ({ cells, row }) => {
    expect(parse(unixLine(cells))).toMatchObject({ rows: [row], faults: [] });
  });

  it.each([
    { why: 'a state the kernel does not have', line: unixLine({ st: '05' }), field: 'St', found: '05' },
    { why: 'SS_FREE', line: unixLine({ st: '00' }), field: 'St', found: '00' },
    { why: 'a type the kernel does not have', line: unixLine({ type: '0009' }), field: 'Type', found: '0009' },
    { why: 'a negative inode', line: unixLine({ inode: '-1' }), field: 'Type St Inode', found: '0001 03    -1' },
    { why: 'no row at all', line: 'rubbish', field: 'Num', found: 'rubbish' },
    {
      why: 'a name longer than names can be',
      line: unixLine({ path: 'x'.repeat(109) }),
      field: 'Path',
      found: 'x'.repeat(80),
    },
  ])('reports $why and keeps the other rows', ({ line, field, found }) => {
    const { rows, faults } = parse(line, unixLine());

    expect(rows).toHaveLength(1);
    expect(faults).toEqual([{ source: 'proc-net-unix', line: 2, field, found }]);
  });

  describe('names with newlines', () => {
    it.each(['/tmp/a\nb', '/tmp/a\n', '/tmp/a\n\n\n', '\n', '\nx', '/tmp/a\n0000: deadbeef', '/tmp/a\n  '])(
      'reads %j whole, before another row and at the end',
      (path) => {
        const line = unixLine({ path });
        expect(paths(line, SECRET)).toEqual([path, '/run/genuine.sock']);
        expect(paths(SECRET, line)).toEqual(['/run/genuine.sock', path]);
      },
    );

    it('takes no line for part of a name that would be too long for one', () => {
      expect(parse(unixLine({ path: 'x'.repeat(100) }), 'y'.repeat(8), SECRET)).toMatchObject({
        rows: [{ pathBytes: 'x'.repeat(100) }, { inode: '2000' }],
        faults: [{ line: 3, field: 'Num', found: 'yyyyyyyy' }],
      });
    });

    it('takes no line for part of a name behind a socket that has none', () => {
      expect(parse(unixLine(), 'x')).toMatchObject({ rows: [{ pathBytes: null }], faults: [{ line: 3 }] });
    });
  });

  describe('forged rows', () => {
    const forge = (cells: Parameters<typeof unixLine>[0]) =>
      unixLine({ inode: '66', path: `x\n${unixLine({ pointer: '0'.repeat(8), ...cells })}` });

    it('cannot change a genuine row: when two disagree, none is believed and both are faults', () => {
      const { rows, faults } = parse(SECRET, forge({ inode: '2000', path: '/fake' }));
      expect(rows.map(({ inode }) => inode)).toEqual(['66']);
      expect(faults).toMatchObject([
        { line: 2, field: 'Inode', found: '2000' },
        { line: 4, field: 'Inode', found: '2000' },
      ]);
    });

    it('change nothing by repeating a genuine row', () => {
      const repeated = forge({ inode: '2000', path: '/run/genuine.sock' });
      for (const lines of [
        [SECRET, repeated],
        [repeated, SECRET],
      ]) {
        const { rows, faults } = parse(...lines);
        expect(rows.find(({ inode }) => inode === '2000')?.pathBytes).toBe('/run/genuine.sock');
        expect(faults).toMatchObject([{ field: 'Inode', found: '2000' }]);
      }
    });

    it('can make up an inode that no other row has', () => {
      expect(parse(forge({ inode: '4711' })).rows.map(({ inode }) => inode)).toEqual(['66', '4711']);
    });
  });

  it('keeps every row of inode 0: connections that wait to be accepted have no owner yet', () => {
    const waiting = [unixLine({ inode: '0', st: '02' }), unixLine({ inode: '0', st: '03', path: '@x' })];
    expect(parse(...waiting)).toMatchObject({ rows: [{ state: 'CONNECTING' }, { pathBytes: '@x' }], faults: [] });
  });

  it('never takes an inode or a name that is short of characters from a table cut anywhere', () => {
    const whole = table(UNIX_HEADER, unixLine(), unixLine({ inode: '12345', path: '/tmp/a\nb' }), SECRET);
    const all = parseProcNetUnix(whole).rows;
    for (let length = 0; length <= whole.length; length++) {
      const { rows, faults } = parseProcNetUnix(whole.slice(0, length));
      // A cut behind a newline inside a name is the one place where the rest of a name can be missed.
      const shorter = rows.filter((row, at) => row.pathBytes !== all[at]?.pathBytes);
      expect(shorter.map(({ pathBytes }) => pathBytes)).toEqual(
        whole.slice(0, length).endsWith('/tmp/a\n') ? ['/tmp/a'] : [],
      );
      expect(rows.map(({ inode }) => inode)).toEqual(all.slice(0, rows.length).map(({ inode }) => inode));
      expect(faults.length).toBeLessThanOrEqual(1);
    }
  });

  it('reads the table captured from a proxy with five unix listeners', () => {
    const { rows, faults } = parseProcNetUnix(fixture('gshell/2-after-90s/proc-net-unix.txt'));

    expect(faults).toEqual([]);
    expect(rows.map(({ state }) => state)).toEqual(Array.from({ length: 5 }, () => 'LISTEN'));
    expect(rows[4]).toEqual({
      inode: '164066',
      type: 'stream',
      state: 'LISTEN',
      pathBytes: '@adaptiveservice/godevsig_gshellDaemon.sock',
    });
  });

  it('accounts for every line: a row, a fault, or part of the name before it', () => {
    const line = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 30 }),
      fc.nat(99).map((inode) => unixLine({ inode: `${inode}` })),
      fc.nat(99).map((inode) => unixLine({ inode: `${inode}`, path: '@x' })),
    );
    fc.assert(
      fc.property(fc.array(line), (lines) => {
        const text = table(UNIX_HEADER, ...lines);
        const { rows, faults } = parseProcNetUnix(text);
        const continued = rows.map(({ pathBytes }) => (pathBytes?.split('\n').length ?? 1) - 1);
        const covered = rows.length + faults.length + continued.reduce((sum, more) => sum + more, 0);
        const all = text.split('\n').slice(1, -1);
        expect(covered).toBeLessThanOrEqual(all.length);
        if (!lines.some((line) => line.includes('@x'))) {
          expect(covered).toBe(all.filter((line) => line.trim() !== '').length);
        }
      }),
    );
  });

  it('reads back every row whose name forges none', () => {
    const states = fc.constantFrom(
      ['01', 'UNCONNECTED'],
      ['02', 'CONNECTING'],
      ['03', 'CONNECTED'],
      ['04', 'DISCONNECTING'],
    );
    const types = fc.constantFrom(['0001', 'stream'], ['0002', 'dgram'], ['0005', 'seqpacket']);
    const latin1 = fc
      .array(fc.nat(255), { minLength: 1, maxLength: 108 })
      .map((codes) => String.fromCharCode(...codes));
    const row = fc.record({ inode: fc.nat(0xffff_ffff).map(String), state: states, type: types, path: latin1 });
    fc.assert(
      fc.property(fc.uniqueArray(row, { selector: ({ inode }) => inode }), (rows) => {
        const lines = rows.map(({ inode, state, type, path }) =>
          unixLine({ inode, st: state[0], type: type[0], path }),
        );
        const expected = rows.map(({ inode, state, type, path }) => ({
          inode,
          state: state[1],
          type: type[1],
          pathBytes: path,
        }));
        expect(parse(...lines)).toEqual({ rows: expected, faults: [] });
      }),
    );
  });

  it('does not care about the order of rows', () => {
    const lines = fc.shuffledSubarray([
      SECRET,
      unixLine(),
      unixLine({ inode: '3', path: 'a\nb' }),
      unixLine({ inode: '0' }),
    ]);
    fc.assert(
      fc.property(lines, (lines) => {
        expect(parse(...lines.toReversed()).rows.toReversed()).toEqual(parse(...lines).rows);
      }),
    );
  });

  it('reads 200,000 lines in 3 s', () => {
    const lines = Array.from({ length: 200_000 }, (_, n) =>
      unixLine({ inode: `${n}`, path: n % 2 === 0 ? '' : '/run/x' }),
    );
    const text = [UNIX_HEADER, ...lines, ''].join('\n');
    expect(measureCpuMs(() => expect(parseProcNetUnix(text).rows).toHaveLength(200_000))).toBeLessThan(3000);
  });

  it('finds a listener of this process whose name holds a newline in the table of this kernel', async () => {
    const path = join(tmpdir(), `fdleak-${process.pid}\n0000 x`);
    const server = createServer().listen(path);
    onTestFinished(() => void server.close());
    await once(server, 'listening');
    const { rows } = parseProcNetUnix(proc('self/net/unix'));

    expect(rows.filter(({ pathBytes }) => pathBytes === path)).toMatchObject([{ type: 'stream', state: 'LISTEN' }]);
  });
});
