import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { withoutIgnored } from '../../../src/core/exercise/ignore.ts';
import { measureCpuMs } from '../../cpu-time.ts';
import { aDescriptor } from '../../inspection-builder.ts';

const matches = (glob: string, target: string): boolean =>
  withoutIgnored([aDescriptor({ target })], [{ field: 'path', glob }]).length === 0;

it('matches what the regular expression of the same meaning does', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', '/'), maxLength: 12 });
  const glob = fc.string({ unit: fc.constantFrom('a', 'b', '/', '*', '?'), maxLength: 8 });
  fc.assert(
    fc.property(glob, text, (pattern, path) => {
      const same = new RegExp(`^${pattern.replaceAll('*', '.*').replaceAll('?', '.')}$`, 's');
      expect(matches(pattern, path)).toBe(same.test(path));
    }),
  );
});

it('is soon done with a deep path and a pattern of many stars', () => {
  const deep = `/tmp/${'a/'.repeat(2000)}f`;
  expect(measureCpuMs(() => expect(matches('/tmp/*/*/*/*/*/*.log', deep)).toBe(false))).toBeLessThan(100);
});
