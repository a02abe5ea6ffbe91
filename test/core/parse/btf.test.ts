import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Btf, parseBtf } from '../../../src/core/parse/btf.ts';
import { BtfWriter } from './make-btf.ts';

function read(writer: BtfWriter): Btf {
  const parsed = parseBtf(writer.bytes());
  if (parsed.kind === 'missing') throw new Error(parsed.because);
  return parsed.value;
}

/** struct inner { u32 a; union { u64 seen; }; } and struct outer { struct inner *next; volatile wide_t raw[3]; struct inner in; u32 few:3; } */
function aKernel(): { btf: Btf; outer: number; inner: number } {
  const writer = new BtfWriter();
  const u32 = writer.int('unsigned int', 4);
  const u64 = writer.int('unsigned long', 8);
  const unnamed = writer.union('', [['seen', u64, 0]]);
  const inner = writer.struct('inner', [
    ['a', u32, 0],
    ['', unnamed, 8],
  ]);
  const raw = writer.array(writer.volatile(writer.typedef('wide_t', u64)), 3);
  const outer = writer.struct('outer', [
    ['next', writer.pointer(inner), 0],
    ['raw', raw, 8],
    ['in', inner, 32],
    ['few', u32, 56, 3],
  ]);
  writer.func('inner');
  writer.struct('twice', [['a', u32, 0]]);
  writer.struct('twice', [['b', u32, 0]]);
  return { btf: read(writer), outer, inner };
}

describe('parseBtf', () => {
  it('finds a type by kind and name, and none by a part of a name', () => {
    const { btf, inner } = aKernel();
    expect(btf.findType('struct', 'inner')).toEqual({ kind: 'found', value: inner });
    expect(btf.findType('func', 'inner')).toMatchObject({ kind: 'found' });
    expect(btf.findType('struct', 'inne')).toEqual({ kind: 'missing', because: 'this kernel has no struct inne' });
    expect(btf.findType('func', 'outer')).toMatchObject({ kind: 'missing' });
    expect(btf.findType('struct', '')).toMatchObject({ kind: 'missing' });
  });

  it('chooses between two types of one name by chance never', () => {
    expect(aKernel().btf.findType('struct', 'twice')).toEqual({
      kind: 'missing',
      because: 'this kernel has two of struct twice',
    });
  });

  it('looks through names, unnamed unions and arrays, and says what a pointer leads to', () => {
    const { btf, outer, inner } = aKernel();
    expect(btf.findMember(outer, 'next')).toEqual({
      kind: 'found',
      value: { offsetBytes: 0, sizeBytes: 8, typeId: inner, isPointer: true },
    });
    expect(btf.findMember(outer, 'raw')).toMatchObject({ value: { offsetBytes: 8, sizeBytes: 24, isPointer: false } });
    expect(btf.findMember(outer, 'in.a')).toMatchObject({ value: { offsetBytes: 32, sizeBytes: 4 } });
    expect(btf.findMember(outer, 'in.seen')).toMatchObject({ value: { offsetBytes: 40, sizeBytes: 8 } });
  });

  it('refuses bit fields, members that are not there, and the members of a pointer', () => {
    const { btf, outer } = aKernel();
    expect(btf.findMember(outer, 'few')).toEqual({ kind: 'missing', because: 'few: few is a bit field' });
    expect(btf.findMember(outer, 'in.b')).toEqual({ kind: 'missing', because: 'in.b: no member b' });
    expect(btf.findMember(outer, 'next.a')).toMatchObject({ kind: 'missing' });
    expect(btf.findMember(9999, 'a')).toMatchObject({ kind: 'missing' });
  });

  it('refuses an integer narrower than its bytes, as old compilers wrote a bit field', () => {
    const writer = new BtfWriter();
    const struct = writer.struct('old', [['flag', writer.int('unsigned int', 4, 5), 0]]);
    expect(read(writer).findMember(struct, 'flag')).toMatchObject({ because: 'flag: flag is a bit field' });
  });

  it('ends where types go round in a circle', () => {
    const writer = new BtfWriter();
    const one = writer.typedef('one', 2);
    writer.typedef('two', one);
    const struct = writer.struct('s', [
      ['x', one, 0],
      ['', 4, 0],
    ]);
    writer.struct('', [['', 4, 0]]);
    const btf = read(writer);
    expect(btf.findMember(struct, 'x')).toMatchObject({ value: { sizeBytes: 0 } });
    expect(btf.findMember(struct, 'y')).toMatchObject({ kind: 'missing' });
  });

  it('says why it cannot be read', () => {
    expect(parseBtf(new Uint8Array(3))).toEqual({ kind: 'missing', because: '3 bytes are too short for BTF' });
    expect(parseBtf(new Uint8Array(24))).toMatchObject({ because: 'it begins with 0x0, not with 0xeb9f' });
    const writer = new BtfWriter();
    writer.int('int', 4);
    const whole = writer.bytes();
    expect(parseBtf(whole.subarray(0, whole.length - 1))).toMatchObject({ because: 'it is cut short' });
    const doctored = Uint8Array.from(whole);
    doctored[31] = 31;
    expect(parseBtf(doctored)).toMatchObject({ because: 'its list of types does not fit its length' });
  });

  it('never throws, whatever bytes are changed', () => {
    const writer = new BtfWriter();
    const u32 = writer.int('unsigned int', 4);
    writer.struct('outer', [
      ['next', writer.pointer(3), 0],
      ['raw', writer.array(u32, 3), 8],
    ]);
    const whole = writer.bytes();
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { maxLength: 6 }), (changes) => {
        const bytes = Uint8Array.from(whole);
        for (const [at, value] of changes) bytes[at] = value;
        const parsed = parseBtf(bytes);
        if (parsed.kind === 'missing') return;
        const outer = parsed.value.findType('struct', 'outer');
        if (outer.kind === 'found') parsed.value.findMember(outer.value, 'raw');
        parsed.value.findMember(1, 'next');
      }),
    );
  });
});
