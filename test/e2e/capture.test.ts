import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Inspection } from '../../src/core/model/inspection.ts';
import { fdleak, inspectJson } from './fdleak.ts';
import { startZoo, type Zoo } from './zoo.ts';

const folder = mkdtempSync(join(tmpdir(), 'capture-'));
const at = (name: string): string => join(folder, name);
const SCRIPT = fileURLToPath(new URL('../../bin/capture.sh', import.meta.url));

const has = (program: string): boolean => spawnSync('sh', ['-c', `command -v ${program}`]).status === 0;
const verdictsOf = ({ descriptors }: Inspection) =>
  Object.fromEntries(
    descriptors.filter(({ tid }) => tid === null).map(({ fd, kind, verdict }) => [fd, `${kind} ${verdict.is}`]),
  );
const from = async (file: string): Promise<Inspection> => {
  const { stdout } = await fdleak(['inspect', '--from', file, '--json']);
  const inspection: Inspection = JSON.parse(stdout);
  return inspection;
};

describe.runIf(process.getuid?.() === 0)('fdleak capture', () => {
  let zoo: Zoo;
  let live: Inspection;

  beforeAll(async () => {
    zoo = await startZoo({ until: 'stop' });
    ({ inspection: live } = await inspectJson(zoo.pid));
  });

  afterAll(async () => {
    await zoo.stop();
    rmSync(folder, { recursive: true });
  });

  it('keeps the verdicts of every kind of descriptor, in a file for its owner alone', async () => {
    const { exitCode, stderr } = await fdleak(['capture', `${zoo.pid}`, '-o', at('a.tgz')]);
    const captured = await from(at('a.tgz'));

    expect(exitCode).toBe(0);
    expect(stderr).toContain('inspection.json');
    expect(statSync(at('a.tgz')).mode & 0o777).toBe(0o600);
    expect(verdictsOf(captured)).toEqual(verdictsOf(live));
    expect(captured.places.map(({ what, where, count }) => [what, where, count])).toEqual(
      live.places.map(({ what, where, count }) => [what, where, count]),
    );
  });

  it('never replaces a file, and never follows a link', async () => {
    writeFileSync(at('there'), 'kept');
    symlinkSync(at('nowhere'), at('link'));
    for (const name of ['there', 'link']) {
      const { exitCode, stderr } = await fdleak(['capture', `${zoo.pid}`, '-o', at(name)]);
      expect([exitCode, stderr]).toEqual([3, expect.stringContaining('EEXIST')]);
    }
    expect(readFileSync(at('there'), 'utf8')).toBe('kept');
  });

  it.each(['dash', 'busybox sh'].filter((shell) => has(shell.split(' ')[0] ?? '')))(
    'by its script in %s keeps all but what a script cannot ask, and says so',
    async (shell) => {
      const file = at(`${shell.split(' ')[0]}.tgz`);
      execFileSync('sh', ['-c', `${shell} '${SCRIPT}' ${zoo.pid} '${file}'`], { stdio: 'ignore' });
      const captured = verdictsOf(await from(file));

      // A unix path reads as a row with its inode: of text alone nobody can tell, lsof neither.
      const victim = zoo.specimens.find(({ label }) => label === 'tcp4-orphaned-reset')?.fd;
      for (const [fd, said] of Object.entries(verdictsOf(live))) {
        if (Number(fd) === victim) continue;
        const [kind, is] = said.split(' ');
        const found = captured[Number(fd)] ?? 'nothing';
        if (kind !== 'socket') expect.soft(found, `fd ${fd}`).toBe(said);
        // What the kernel lists is judged alike; of the rest it is never said that it is well.
        else if (['established', 'listening', 'peer-closed', 'half-closed', 'connecting', 'closing'].includes(is ?? ''))
          expect.soft([`socket ${is}`, 'socket unlisted', 'socket undecided'], `fd ${fd}`).toContain(found);
        else if (is === 'orphaned') expect.soft(['socket unlisted', 'socket undecided'], `fd ${fd}`).toContain(found);
      }
    },
  );

  it('has a script without a complaint of shellcheck', { tags: ['shellcheck'] }, () => {
    expect(spawnSync('shellcheck', [SCRIPT]).stdout.toString()).toBe('');
  });
});

it('prints the script', async () => {
  expect((await fdleak(['capture', '--script'])).stdout).toBe(readFileSync(SCRIPT, 'utf8').trimEnd());
});
