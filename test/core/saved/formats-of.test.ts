import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { formatsOf, SAVED_FORMATS } from '../../../src/core/saved/formats/index.ts';
import { toPlainLine } from '../../../src/core/saved/lines.ts';
import { fixture } from '../../lines.ts';

const FOLDER = fileURLToPath(new URL('../../../fixtures/saved/', import.meta.url));

it('leaves out no format that a line begins, in any listing that was captured', () => {
  const names = readdirSync(FOLDER).filter((name) => name.endsWith('.txt'));
  expect(names.length).toBeGreaterThan(20);
  for (const name of names) {
    for (const line of fixture(`saved/${name}`).split('\n').map(toPlainLine)) {
      const begun = SAVED_FORMATS.find((format) => format.starts(line, null));
      expect(
        formatsOf(line).find((format) => format.starts(line, null)),
        line,
      ).toBe(begun);
    }
  }
});
