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
  const user = ['--reuid', `${NOBODY}`, '--regid', `${NOBODY}`, '--clear-groups'];
  const allowed = capabilities === '' ? [] : ['--inh-caps', capabilities, '--ambient-caps', capabilities];
  const command = [...user, ...allowed, ...RUN, 'inspect', `${pid}`, '--json', ...args];
  const { stdout } = await execa('setpriv', command, { reject: false, env: { HOME: '/root' } });
  return JSON.parse(stdout);
}
