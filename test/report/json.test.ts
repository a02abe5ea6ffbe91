import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Inspection } from '../../src/core/model/inspection.ts';
import { renderJson } from '../../src/report/inspection/json.ts';
import { aDescriptor, anInspection, anOrphan, aUnixSocket, many } from '../inspection-builder.ts';
import { CASES, HOSTILE } from './cases.ts';

const render = (inspections: readonly Inspection[], manyTargets = false): string =>
  [...renderJson(inspections, { manyTargets })].join('');

test.each(Object.entries(CASES))('the document of the case %s is what JSON.stringify would write', (_, build) => {
  const inspection = build();

  expect(JSON.parse(render([inspection]))).toEqual(JSON.parse(JSON.stringify(inspection)));
});

test('any text in a name comes back whole, and does not end a line', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (name, path) => {
      const inspection = anInspection({
        process: { comm: name, cmdline: [name, path] },
        descriptors: [aDescriptor({ target: path }), aUnixSocket({ path: name, pathBase64: path })],
        faults: [{ source: name, line: 1, field: path, found: name }],
      });
      const text = render([inspection]);

      expect(JSON.parse(text)).toEqual(inspection);
      expect(text.split('\n')).toHaveLength(render([anInspection(inspection)]).split('\n').length);
      expect(text.split('\n').filter((line) => line.includes('"fd":'))).toHaveLength(2);
    }),
  );
});

test('every number, null and count of descriptors comes back', () => {
  const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null });
  fc.assert(
    fc.property(
      fc.array(
        fc.record({
          fd: fc.nat(),
          tid: maybe(fc.nat()),
          sizeBytes: maybe(fc.maxSafeNat()),
          sharedWith: maybe(fc.array(fc.nat())),
        }),
        { minLength: 1, maxLength: 250 },
      ),
      (rows) => {
        const inspection = anInspection({ descriptors: rows.map((row) => anOrphan({ descriptor: row })) });

        expect(JSON.parse(render([inspection]))).toEqual(inspection);
      },
    ),
    { numRuns: 30 },
  );
});

test('one inspection is a document, several are an array, and one of several targets is an array too', () => {
  const inspection = anInspection();

  expect(JSON.parse(render([inspection]))).toEqual(inspection);
  expect(JSON.parse(render([inspection, inspection]))).toEqual([inspection, inspection]);
  expect(JSON.parse(render([inspection], true))).toEqual([inspection]);
  expect(JSON.parse(render([]))).toEqual([]);
});

test('each descriptor stands on a line of its own', () => {
  const inspection = anInspection({ descriptors: many(250, anOrphan) });
  const lines = render([inspection]).split('\n');

  const descriptors = lines.filter((line) => line.startsWith('    {"fd":'));
  expect(descriptors).toHaveLength(250);
  expect(descriptors.map((line): unknown => JSON.parse(line.replace(/,$/, '')))).toEqual(inspection.descriptors);
});

test('escape sequences and bytes that are no UTF-8 stay as they are', () => {
  const { descriptors } = JSON.parse(render([CASES.hostile()]));

  expect(descriptors[0].target).toBe(HOSTILE);
  expect(descriptors[1].targetBase64).toBe('L3RtcC//');
});

test('a document of many descriptors comes in pieces of about 64 KB', () => {
  const pieces = [...renderJson([anInspection({ descriptors: many(5000, anOrphan) })], { manyTargets: false })];

  expect(pieces.length).toBeGreaterThan(20);
  expect(Math.max(...pieces.map(({ length }) => length))).toBeLessThan(200_000);
});
