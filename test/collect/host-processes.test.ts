import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type EarlierRounds, readHostProcesses } from '../../src/collect/host-processes.ts';
import { KnownProcesses } from '../../src/collect/known-processes.ts';
import { ProcessOwners } from '../../src/collect/process-owners.ts';
import { ProcFs } from '../../src/collect/proc-fs.ts';
import type { CountedProcess } from '../../src/core/model/counted-process.ts';
import { statLine } from '../lines.ts';
import { writeTree } from './proc-tree.ts';

const startRounds = (): EarlierRounds => ({ owners: new ProcessOwners(() => 0), known: new KnownProcesses() });

/** A shell that does what it is told, and says when it has. */
function startShell(): { shell: ChildProcess; tell: (command: string) => Promise<string> } {
  const shell = spawn('sh', ['-c', 'while read line; do eval "$line"; echo done; done']);
  onTestFinished(() => void shell.kill('SIGKILL'));
  const tell = async (command: string): Promise<string> => {
    shell.stdin.write(`${command}\n`);
    const [said] = await once(shell.stdout, 'data');
    return String(said);
  };
  return { shell, tell };
}

async function countOf(pid: number | undefined, rounds: EarlierRounds): Promise<CountedProcess | undefined> {
  return (await readHostProcesses(new ProcFs(), rounds))?.find((one) => one.pid === pid);
}

describe('a later round over the processes of a host', () => {
  it.each([
    ['a descriptor more', 'exec 7</dev/null'],
    ['another limit', 'ulimit -S -n 100'],
    ['another name', 'printf renamed >/proc/$$/comm'],
    ['a name that is no ASCII', "printf 'Z\\303\\274ge' >/proc/$$/comm"],
    // It speaks once it is that program.
    ['another program in it', 'exec tail -f /proc/self/comm'],
  ])('sees %s as a first one does', async (_what, command) => {
    const { shell, tell } = startShell();
    await tell(':');
    const rounds = startRounds();
    const first = await countOf(shell.pid, rounds);
    expect(await countOf(shell.pid, rounds)).toBe(first);

    await tell(command);
    const later = await countOf(shell.pid, rounds);
    expect(later).toEqual(await countOf(shell.pid, startRounds()));
    expect(later).not.toEqual(first);
    expect(await countOf(shell.pid, rounds)).toEqual(later);
  });

  it('tells of no zombie that it knew alive', async () => {
    const { tell } = startShell();
    // tail(1) asks for the end of no child.
    const pid = Number(await tell('sleep 60 & echo $!; exec tail -f /dev/null'));
    const rounds = startRounds();
    await expect.poll(async () => (await countOf(pid, rounds))?.comm).toBe('sleep');
    expect(await countOf(pid, rounds)).toMatchObject({ comm: 'sleep' });
    process.kill(pid, 'SIGKILL');
    await expect.poll(() => readFileSync(`/proc/${pid}/stat`, 'utf8')).toMatch(/\) Z /);
    expect(await countOf(pid, rounds)).toBeUndefined();
  });

  it('takes nobody for whoever had the number before', async () => {
    const files = (startTicks: string): Record<string, string> => ({
      '7/stat': statLine({ startTicks }),
      '7/comm': 'web\n',
      '7/limits': '',
      '7/fd/0': '',
    });
    const [before, after] = [writeTree(files('1')), writeTree(files('2'))];
    const root = writeTree({});
    renameSync(join(before, '7'), join(root, '7'));
    const rounds = startRounds();
    const ticks = async (): Promise<number[] | undefined> =>
      (await readHostProcesses(new ProcFs(root), rounds))?.map((one) => one.startTicks);
    expect(await ticks()).toEqual([1]);
    renameSync(join(root, '7'), join(before, 'ended'));
    renameSync(join(after, '7'), join(root, '7'));
    expect(await ticks()).toEqual([2]);
  });
});
