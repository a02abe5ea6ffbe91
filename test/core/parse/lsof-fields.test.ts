import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LSOF_FIELDS, parseLsofFields } from '../../../src/core/parse/lsof-fields.ts';
import { fixture } from '../../lines.ts';
import { anLsofRow, TCP6_UNLISTED } from '../tool-row-builder.ts';

const set = (...fields: readonly string[]): string => `${fields.join('\0')}\0\n`;
const ORPHAN = set('f17', 'tsock', 'i16109', 'nprotocol: TCPv6');
const parse = (...sets: readonly string[]) => parseLsofFields([set('p17195'), ...sets].join(''));

describe('parseLsofFields', () => {
  it('reads a socket that lsof found in no table', () => {
    expect(parse(ORPHAN)).toEqual({
      rows: [anLsofRow(17, '16109', { ...TCP6_UNLISTED, pid: 17195 })],
      faults: [],
    });
  });

  it.each([
    {
      why: 'an internet socket has its inode as device',
      fields: ['f9', 'tIPv6', 'd163301', 'n*:11985'],
      row: { fd: 9, inode: '163301' },
    },
    {
      why: 'a unix socket has an address as device',
      fields: ['f28', 'tunix', 'd0x3563', 'i78335', 'n@a type=STREAM'],
      row: { inode: '78335' },
    },
    {
      why: 'a descriptor that lsof cut has no number',
      fields: ['f*406', 'tIPv4', 'd7', 'n*:1'],
      row: { fd: null, fdText: '*406' },
    },
    {
      why: 'a folder is no descriptor',
      fields: ['fcwd', 'tDIR', 'i2', 'n/'],
      row: { fd: null, fdText: 'cwd', inode: '2' },
    },
    {
      why: 'a denied folder has neither',
      fields: ['fNOFD', 'n/proc/1/fd (opendir: Permission denied)'],
      row: { fd: null, type: '', inode: null },
    },
    {
      why: 'no protocol is known',
      fields: ['f3', 'tsock', 'i5', "ncan't identify protocol"],
      row: { protocolName: null },
    },
    {
      why: 'a file only looks like a protocol',
      fields: ['f3', 'tREG', 'i5', 'nprotocol: TCP'],
      row: { protocolName: null },
    },
    { why: 'a name holds a newline', fields: ['f3', 'tREG', 'i5', 'n/a\nf9'], row: { fd: 3, name: '/a\nf9' } },
  ])('reads a row where $why', ({ fields, row }) => {
    expect(parse(set(...fields))).toMatchObject({ rows: [row], faults: [] });
  });

  it('gives each descriptor to the process before it', () => {
    expect(parse(ORPHAN, set('p7'), ORPHAN).rows.map(({ pid }) => pid)).toEqual([17195, 7]);
  });

  it.each([
    { why: 'a descriptor of nobody', text: ORPHAN, fault: { field: 'p', found: 'f17' } },
    { why: 'a pid that is none', text: set('pone') + ORPHAN, fault: { field: 'p', found: 'pone' } },
    { why: 'a set of something else', text: set('p1') + set('R5'), fault: { field: 'f', found: 'R5' } },
    { why: 'a set that was cut', text: `${set('p1')}f17\0tsock\0i161`, fault: { field: 'end of set' } },
    { why: 'a message alone', text: 'lsof: kein solcher Prozess\n', fault: { field: 'end of set' } },
  ])('reports $why', ({ text, fault }) => {
    expect(parseLsofFields(text).faults).toContainEqual(expect.objectContaining({ source: 'lsof', ...fault }));
  });

  it('reads on after a message between the sets', () => {
    const { rows, faults } = parseLsofFields(`lsof: WARNING: can't stat() fuse\n${set('p1')}note\n${ORPHAN}`);

    expect(rows).toHaveLength(1);
    expect(faults.map(({ field }) => field)).toEqual(['set', 'set']);
  });

  it('finds every socket of a real process', () => {
    const { rows, faults } = parseLsofFields(fixture('tools/lsof-fields.txt'));
    const inodes = new Set(
      rows.filter(({ fd, fdText }) => fd !== null || fdText.startsWith('*')).map(({ inode }) => `${inode}`),
    );

    expect(faults).toEqual([]);
    expect(
      fixture('tools/inodes.txt')
        .trim()
        .split('\n')
        .filter((inode) => !inodes.has(inode)),
    ).toEqual([]);
    expect(rows.find(({ fdText }) => fdText === '*406')?.inode).toBe(rows.find(({ fd }) => fd === 3)?.inode);
    expect(LSOF_FIELDS).toBe('pftdin0');
  });

  it('shows that it was denied, not that there is nothing', () => {
    expect(parseLsofFields(fixture('tools/lsof-fields-denied.txt')).rows.map(({ fdText }) => fdText)).toContain('NOFD');
  });

  it('accounts for every set whatever it is given', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: 'binary-ascii' }).map((text) => text.replaceAll(/[\0\n]/g, ' '))),
        (texts) => {
          const sets = texts.filter((text) => text.trim() !== '');
          const { rows, faults } = parse(...sets.map((text) => set(text)));
          const pids = sets.filter((text) => /^p\d+$/.test(text));
          expect(rows.length + faults.length + pids.length).toBe(sets.length);
        },
      ),
    );
  });
});
