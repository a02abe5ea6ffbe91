/** What `inspect` says of sockets in a state that passes: a busy healthy server has one or two at any moment. */
import { expect, it } from 'vitest';
import type { Inspection } from '../../src/core/model/inspection.ts';
import { fdleak } from './fdleak.ts';
import { startProgram } from './field/start-program.ts';

it(
  'suspects neither one connection in FIN_WAIT1 nor one in CLOSE_WAIT, and says why',
  { tags: ['python3'] },
  async () => {
    const { pid } = await startProgram('healthy.py', ['two_passing']);

    const { stdout, exitCode } = await fdleak(['inspect', `${pid}`, '--json']);
    const { summary, descriptors }: Inspection = JSON.parse(stdout);

    expect(exitCode).toBe(0);
    expect(summary).toMatchObject({
      byVerdict: { 'half-closed': 1, 'peer-closed': 1 },
      byLeak: { suspect: 0, certain: 0 },
    });
    const passing = descriptors.filter(({ verdict }) => verdict.is === 'half-closed' || verdict.is === 'peer-closed');
    for (const { verdict } of passing) expect(verdict.because).toContain('one or two may be passing');
  },
);
