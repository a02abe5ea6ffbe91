import { execa } from 'execa';
import type { Inspection } from '../../src/core/model/inspection.ts';
import { PATIENT, RUN } from './fdleak.ts';

const NOBODY = 65_534;
/** A busy machine only makes it slower. */
export const WALK = ['--sources', 'proc,bpf', '--settle', '50ms', ...PATIENT];

/** As a user who may run the walk, and look into nobody's process but his own. */
export async function inspectAsNobody(
  pid: number,
  capabilities: string,
  args: readonly string[] = WALK,
): Promise<Inspection> {
  const { stdout } = await runAsNobody(capabilities, ['inspect', `${pid}`, '--json', ...args]);
  return JSON.parse(stdout);
}

/** Runs fdleak as that user. */
export async function runAsNobody(capabilities: string, args: readonly string[]): Promise<{ readonly stdout: string }> {
  const user = ['--reuid', `${NOBODY}`, '--regid', `${NOBODY}`, '--clear-groups'];
  const allowed = capabilities === '' ? [] : ['--inh-caps', capabilities, '--ambient-caps', capabilities];
  return await execa('setpriv', [...user, ...allowed, ...RUN, ...args], { reject: false, env: { HOME: '/root' } });
}
