/** @module-tag setpriv python3 */
import { execa } from 'execa';
import { expect, test } from 'vitest';
import type { Scan } from '../../../src/core/model/scan.ts';
import { RUN } from '../fdleak.ts';
import { startTarget } from '../target.ts';

const NOBODY = 65_534;
const isRoot = process.getuid?.() === 0;
if (!isRoot) console.warn('SKIPPED: capabilities of another user, for want of root');

/** What a scan by nobody, with these capabilities, says of a process of root. */
async function standingOf(pid: number, capabilities: readonly string[]): Promise<string | undefined> {
  const list = ['-all', ...capabilities.map((one) => `+${one}`)].join(',');
  const ambient = capabilities.length === 0 ? [] : [`--ambient-caps=${list}`];
  const user = [`--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups', `--inh-caps=${list}`, ...ambient];
  const scan = ['scan', '--json', '--settle', '0', '--within', '60s'];
  const { stdout } = await execa('setpriv', [...user, '--', ...RUN, ...scan], { reject: false });
  const { processes }: Scan = JSON.parse(stdout);
  return processes.find((one) => one.pid === pid)?.standing;
}

test.runIf(isRoot)(
  'a user other than root sees others with SYS_PTRACE and DAC_READ_SEARCH, not with one of them',
  async () => {
    const { ready } = await startTarget<{ pid: number }>('hoard.py', ['files', '40']);
    expect(await standingOf(ready.pid, [])).toBe('unseen');
    expect(await standingOf(ready.pid, ['sys_ptrace'])).toBe('unseen');
    expect(await standingOf(ready.pid, ['dac_read_search'])).toBe('unseen');
    expect(await standingOf(ready.pid, ['sys_ptrace', 'dac_read_search'])).toBe('ok');
  },
);
