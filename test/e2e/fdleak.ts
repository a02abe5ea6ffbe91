import { execa } from 'execa';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Inspection } from '../../src/core/model/inspection.ts';

/** The built command, as a user runs it. */
export const FDLEAK = fileURLToPath(new URL('../../bin/fdleak.js', import.meta.url));

/** Whether the tests are of the single file that `FDLEAK_BINARY` names. */
export const IS_SINGLE_FILE = Boolean(process.env['FDLEAK_BINARY']);

/** How it is run: by this Node, or the single file. */
export const RUN: readonly [string, ...string[]] = process.env['FDLEAK_BINARY']
  ? [resolve(process.env['FDLEAK_BINARY'])]
  : [process.execPath, FDLEAK];

export interface Ran {
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `fdleak …`; `as` names another user, by number, to run it as. */
export async function fdleak(
  args: readonly string[],
  { as, env }: { as?: number; env?: NodeJS.ProcessEnv } = {},
): Promise<Ran> {
  const user = as === undefined ? [] : ['setpriv', `--reuid=${as}`, `--regid=${as}`, '--clear-groups', '--'];
  const [command = '', ...rest] = [...user, ...RUN, ...args];
  const { exitCode, stdout, stderr } = await execa(command, rest, {
    reject: false,
    ...(env === undefined ? {} : { env }),
  });
  return { exitCode, stdout, stderr };
}

/** What a look may take in tests that are not about that: ten seconds pass soon on a busy machine. */
export const PATIENT = ['--within', '60s', '--tool-timeout', '60s'];

/** `fdleak inspect --json` and its document. */
export async function inspectJson(
  pid: number,
  args: readonly string[] = [],
  options: { as?: number } = {},
): Promise<Ran & { inspection: Inspection }> {
  const ran = await fdleak(['inspect', `${pid}`, '--json', ...PATIENT, ...args], options);
  return { ...ran, inspection: JSON.parse(ran.stdout) };
}
