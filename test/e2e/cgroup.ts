import { existsSync, mkdirSync, readFileSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { onTestFinished, type TestContext } from 'vitest';

/** Where cgroup v2 is mounted, alone or beside v1, and the hierarchy of systemd in v1. */
const ROOTS = ['/sys/fs/cgroup', '/sys/fs/cgroup/unified', '/sys/fs/cgroup/systemd'];

/**
 * Makes the cgroup that systemd would make of the unit `name`, and gives back what puts a command into it. Where nobody lets us make
 * one (no root, a read-only /sys of a container), the test skips.
 */
export function makeUnit({ skip }: Pick<TestContext, 'skip'>, name: string): string[] {
  for (const root of ROOTS) {
    const folder = join(root, `${name}.service`);
    const procs = join(folder, 'cgroup.procs');
    try {
      mkdirSync(folder);
    } catch {
      continue;
    }
    // In the tmpfs that the hierarchies of v1 are mounted in, it is a folder and no cgroup.
    if (!existsSync(procs)) {
      rmdirSync(folder);
      continue;
    }
    onTestFinished(() => clearAway(folder));
    return ['sh', '-c', `echo $$ > ${procs} && exec "$0" "$@"`];
  }
  return skip(`needs a cgroup that can be written, one of ${ROOTS.join(', ')}`);
}

/** Only what the test has put into it is in it. */
async function clearAway(folder: string): Promise<void> {
  for (const pid of readFileSync(join(folder, 'cgroup.procs'), 'utf8').split('\n')) {
    if (pid !== '') process.kill(Number(pid), 'SIGKILL');
  }
  for (let tries = 0; ; tries += 1) {
    try {
      rmdirSync(folder);
      return;
    } catch (error) {
      if (tries === 100) throw error;
    }
    await wait(50);
  }
}
