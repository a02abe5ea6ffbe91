import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { Function as Fn, Line, Location, Profile, Sample, StringTable, ValueType } from 'pprof-format';
import { describe, expect, it } from 'vitest';
import { readPprof } from '../../src/collect/pprof.ts';
import { toStacksOfPprof } from '../../src/core/parse/stacks/pprof.ts';

function aProfile(type = 'goroutine'): Uint8Array {
  const stringTable = new StringTable();
  const of = (text: string): number => stringTable.dedup(text);
  return new Profile({
    stringTable,
    sampleType: [new ValueType({ type: of(type), unit: of('count') })],
    sample: [new Sample({ locationId: [1], value: [40] })],
    location: [new Location({ id: 1, line: [new Line({ functionId: 1, line: 199 })] })],
    function: [new Fn({ id: 1, name: of('hub.(*relay).serve'), filename: of('/src/relay.go') })],
  }).encode();
}

describe('readPprof', () => {
  it('decodes what Go itself writes, which begins with another field', async () => {
    const packed = readFileSync(new URL('../../fixtures/tools/goroutine.pb.gz', import.meta.url));
    const stacks = toStacksOfPprof((await readPprof(gunzipSync(packed)))!);
    expect(stacks).toMatchObject({ total: 46, groups: [{ count: 42 }, {}, {}, {}, {}] });
    expect(stacks?.groups[0]?.frames.at(-1)).toMatchObject({ function: 'main.waitForService', line: 12 });
  });

  it('decodes the stacks of a goroutine profile', async () => {
    const stacks = toStacksOfPprof((await readPprof(aProfile()))!);
    expect(stacks).toMatchObject({ total: 40, groups: [{ count: 40 }] });
    expect(stacks?.groups[0]?.frames).toEqual([{ function: 'hub.(*relay).serve', file: '/src/relay.go', line: 199 }]);
  });

  it('leaves profiles of other kinds alone', async () => {
    expect(toStacksOfPprof((await readPprof(aProfile('inuse_space')))!)).toBeNull();
  });

  it.each(['', '\n', '\nlsof says\n', 'goroutine profile: total 3\n'])('takes %j for text', async (text) => {
    expect(await readPprof(Buffer.from(text))).toBeNull();
  });
});
