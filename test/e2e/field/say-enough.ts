import { setTimeout as wait } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { fdleak, PATIENT } from '../fdleak.ts';
import type { FieldCase } from './cases.ts';
import { startProgram, type Truth } from './start-program.ts';

const LINES = 22;

/** A test for each: `inspect` says within its first lines what the person with this leak has to read. */
export function itSaysEnoughOf(cases: readonly FieldCase[]): void {
  for (const { file, args = [], tools, says, never = [], needsRoot, afterMs = 0 } of cases) {
    const name = [file.replace(/\.\w+$/, ''), ...args].join(' ');
    it.skipIf(needsRoot === true && process.getuid?.() !== 0)(name, { tags: [...tools] }, async () => {
      const truth = await startProgram(file, args);
      await wait(afterMs);
      const look = ['inspect', `${truth.pid}`, '--color', 'never', ...PATIENT];
      const { stdout } = await fdleak(look, { env: { COLUMNS: '80' } });
      const shown = stdout.split('\n').slice(0, LINES).join('\n');
      const missing = says.map((pattern) => toPattern(pattern, truth)).filter((pattern) => !pattern.test(shown));
      expect(missing, shown).toEqual([]);
      for (const pattern of never) expect(shown).not.toMatch(toPattern(pattern, truth));
    });
  }
}

/** `:{port}` of a truth with `"port": 8080` is `/:8080/m`. */
function toPattern(pattern: string, truth: Truth): RegExp {
  const text = pattern.replaceAll(/\{([a-z][\w.]*)\}/gi, (_, path: string) =>
    partOf(truth, path).replaceAll('.', '\\.'),
  );
  return new RegExp(text, 'm');
}

function partOf(truth: Truth, path: string): string {
  let part: unknown = truth;
  for (const name of path.split('.'))
    part =
      typeof part === 'object' && part !== null ? Object.entries(part).find(([key]) => key === name)?.[1] : undefined;
  if (typeof part !== 'string' && typeof part !== 'number') throw new Error(`the truth has no ${path}`);
  return `${part}`;
}
