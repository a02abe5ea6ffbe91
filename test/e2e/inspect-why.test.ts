/** @module-tag python3 */
import { expect, it } from 'vitest';
import type { Inspection } from '../../src/core/model/inspection.ts';
import { fdleak, PATIENT } from './fdleak.ts';
import { startProgram } from './field/start-program.ts';

it('looks for every other end with --why, and else only where there are many', async () => {
  const { pid } = await startProgram('kinds.py', ['popen_alive', '2']);
  const otherEnds = async (...args: readonly string[]) => {
    const { stdout } = await fdleak(['inspect', `${pid}`, '--json', ...PATIENT, ...args]);
    const { descriptors }: Inspection = JSON.parse(stdout);
    return descriptors.filter(({ kind, fd, otherEnd }) => kind === 'pipe' && fd > 2 && otherEnd?.comm === 'sleep')
      .length;
  };
  expect(await otherEnds()).toBe(0);
  expect(await otherEnds('--why')).toBe(4);
});
