import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { inspectSaved } from '../../../src/app/inspect/saved.ts';
import { NO_STACKS } from '../../../src/core/saved/stack-evidence.ts';
import type { Inspection } from '../../../src/core/model/inspection.ts';

const at = (...names: readonly string[]): readonly string[] =>
  names.map((name) => fileURLToPath(new URL(`../../../fixtures/${name}`, import.meta.url)));
const outcomeOf = (names: readonly string[], pid: number | null = null) =>
  inspectSaved({ paths: at(...names), pid, stacks: NO_STACKS, version: '0' });
const inspectionOf = async (...names: readonly string[]): Promise<Inspection> => {
  const outcome = await outcomeOf(names);
  if (outcome.kind !== 'inspected') throw new Error(outcome.because);
  return outcome.inspection;
};

describe('inspectSaved', () => {
  it.each([
    ['0-healthy', 26, {}],
    ['2-after-90s', 59, { unlisted: 40 }],
    ['fixed-2-after-80s', 17, {}],
  ])('judges the captured daemon at %s by its saved files alone', async (moment, open, bad) => {
    const { summary, limits, capability, process } = await inspectionOf(`gshell/${moment}`);
    const { unlisted, undecided, orphaned } = summary.byVerdict!;
    expect({ unlisted, undecided, orphaned }).toEqual({
      unlisted: undefined,
      undecided: undefined,
      orphaned: undefined,
      ...bad,
    });
    expect(limits).toMatchObject({ open, soft: 20_000, hard: 20_000 });
    expect(capability.level).toBe('sockets');
    expect(process.comm).toMatch(/^gshell-/);
  });

  it('says of a listing from another network namespace that it decides nothing', async () => {
    const { summary, capability } = await inspectionOf('gshell/2-after-90s/lsof-from-other-netns.txt');
    expect(summary.byVerdict).toMatchObject({ undecided: 50 });
    expect(summary.byVerdict?.unlisted).toBeUndefined();
    expect(capability).toMatchObject({
      level: 'kinds',
      missing: [{ what: 'the socket tables', because: expect.stringContaining('another network namespace') }],
    });
  });

  it('reads the published investigation: 14 sockets in no table, and why that tells', async () => {
    const { summary, descriptors, limits } = await inspectionOf('seed/lsof.txt', 'seed/netstat.txt');
    expect(summary.byVerdict).toMatchObject({ unlisted: 14, listening: 9, established: 1, datagram: 1, 'in-use': 8 });
    expect(descriptors.find(({ fd }) => fd === 42)?.verdict.because).toContain('19 other sockets of the process');
    expect(limits.open).toBeNull();
  });

  it('joins what ls and ss tell: states by inode, and what is in no table stays undecided', async () => {
    const { summary, limits } = await inspectionOf(
      'saved/07-ls-l-prompts.txt',
      'saved/10-ss-tanpe.txt',
      'saved/14-limits-prompt.txt',
    );
    expect(summary.byVerdict).toMatchObject({ 'peer-closed': 3, established: 2, listening: 2, undecided: 14 });
    expect(limits).toMatchObject({ open: 36, soft: 20_000, free: 19_964 });
  });

  it('finds no socket missing from a netstat that prints no inodes', async () => {
    const { descriptors, capability } = await inspectionOf('saved/07-ls-l-prompts.txt', 'saved/12-netstat-anp.txt');
    const socket = descriptors.find(({ fd }) => fd === 12);
    expect(socket?.verdict).toMatchObject({ is: 'undecided', because: expect.stringContaining('it may be anything') });
    expect(capability).toMatchObject({
      level: 'kinds',
      missing: [{ because: expect.stringContaining('no inodes'), remedy: expect.stringContaining('netstat -anpe') }],
    });
  });

  it('shows the sockets that ss names where no descriptors were saved, of the process that holds most', async () => {
    const { process, summary, capability } = await inspectionOf('saved/10-ss-tanpe.txt');
    expect(process.pid).toBe(31_653);
    expect(summary.byVerdict).toEqual({ 'peer-closed': 3, established: 2, listening: 2 });
    expect(capability.missing.map(({ what }) => what)).toContain('some descriptors');
  });

  it('keeps descriptors whose numbers were cut apart', async () => {
    const { descriptors } = await inspectionOf('saved/24-lsof-star-numbers.txt');
    expect(new Set(descriptors.map(({ fd }) => fd)).size).toBe(4);
    expect(descriptors.filter(({ fd }) => fd < 0)).toHaveLength(3);
  });

  it('takes a number for a number: the level is count', async () => {
    const { limits, capability, summary } = await inspectionOf('saved/43-count-only.txt');
    expect([limits.open, capability.level, summary.byKind]).toEqual([1023, 'count', null]);
  });

  it('looks at the process that the command asked busybox for, and at others by their pid', async () => {
    expect(await inspectionOf('saved/38-busybox-lsof.txt')).toMatchObject({
      process: { pid: 189 },
      limits: { open: 9 },
    });
    expect(await outcomeOf(['saved/38-busybox-lsof.txt'], 37)).toMatchObject({ inspection: { limits: { open: 1 } } });
    expect(await outcomeOf(['saved/38-busybox-lsof.txt'], 5)).toMatchObject({
      kind: 'refused',
      remedy: 'it has 1, 37, 189',
    });
  });

  it('knows what epoll sets watch where their fdinfo was saved too, and nothing of them where it was not', async () => {
    const { descriptors } = await inspectionOf('gshell/2-after-90s');
    const epoll = descriptors.find(({ kind }) => kind === 'epoll')?.fd;
    expect(descriptors.filter(({ watchedBy }) => watchedBy?.includes(epoll ?? -1)).length).toBeGreaterThan(0);
    expect(
      descriptors.filter(({ verdict }) => verdict.is === 'unlisted').every(({ watchedBy }) => watchedBy !== null),
    ).toBe(true);
    const alone = await inspectionOf('gshell/2-after-90s/lsof.txt');
    expect([...new Set(alone.descriptors.map(({ watchedBy }) => watchedBy))]).toEqual([null]);
  });

  it('asks which process is meant where listings name several', async () => {
    expect(await outcomeOf(['saved/01-lsof-4.95.txt', 'saved/22-lsof-tid-taskcmd.txt'])).toMatchObject({
      kind: 'refused',
      isUsage: true,
      remedy: 'choose one: --pid 7130, 31653',
    });
  });

  it('gives no verdict on a listing of another system', async () => {
    const { summary, capability, from } = await inspectionOf('saved/34-lsof-macos.txt');
    expect(summary).toEqual({ byKind: null, byVerdict: null, byLeak: null });
    expect(capability.missing[0]?.because).toContain('macOS');
    expect(from?.parts[0]?.refused?.remedy).toContain('lsof -nP -p PID');
  });

  it('refuses what holds nothing it knows', async () => {
    expect(await outcomeOf(['saved/ORIGIN'])).toMatchObject({ kind: 'refused', isUsage: false });
  });

  it('finds the 40 goroutines that stand beside the 40 sockets of the captured daemon, and nobody in the healthy ones', async () => {
    const { stacks } = await inspectionOf('gshell/2-after-90s');
    expect(stacks?.matches).toMatchObject([{ by: 'count', stacks: 40, descriptors: 40, at: { line: 199 } }]);
    for (const moment of ['0-healthy', 'fixed-2-after-80s'])
      expect((await inspectionOf(`gshell/${moment}`)).stacks?.matches).toEqual([]);
    expect((await inspectionOf('gshell/2-after-90s/lsof.txt')).stacks).toBeNull();
  });
});
