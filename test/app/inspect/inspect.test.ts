import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { inspect, type InspectRequest } from '../../../src/app/inspect/inspect.ts';
import type { World } from '../../../src/app/world.ts';
import { FRESH_TABLES } from '../../../src/collect/network-tables.ts';
import { ProcFs } from '../../../src/collect/proc-fs.ts';
import type { ToolRun } from '../../../src/core/model/reading.ts';
import type { Inspection } from '../../../src/core/model/inspection.ts';
import { INET_HEADER, inetLine, protocolLine, PROTOCOLS_HEADER, statLine, table } from '../../lines.ts';
import { aProcess, type Entry, writeEntry, writeTree } from '../../collect/proc-tree.ts';

const REQUEST: InspectRequest = {
  pid: 4242,
  sources: ['proc'],
  settleMs: 250,
  certainAfterMs: 600_000,
  withinMs: 10_000,
  toolTimeoutMs: 1000,
  withFlags: false,
  withQuotas: false,
  withOtherEnds: false,
  onProgress: () => undefined,
};

interface WorldDiffers {
  /** What happens to the tree during the pause between the looks. */
  readonly meanwhile?: (root: string) => void;
  readonly runTool?: (command: string) => ToolRun;
  readonly isHidden?: boolean;
  /** What happens to the tree as soon as the tables were read. */
  readonly afterTables?: (root: string) => void;
}

/** A world whose /proc is a folder, whose clock stands but for pauses, without koffi. */
function worldOf(root: string, { meanwhile, runTool, afterTables, isHidden = false }: WorldDiffers = {}): World {
  let now = 1_000_000;
  return {
    version: '0.1.0',
    self: [],
    host: 'micro-server',
    proc: new ProcFs(root),
    clock: {
      nowMs: () => now,
      monotonicMs: () => now,
      sleep: async (ms) => {
        now += ms;
        meanwhile?.(root);
      },
    },
    runTool: async (command) => runTool?.(command) ?? { kind: 'unavailable', because: 'not installed' },
    viewer: { uid: 0, hasSysResource: false },
    isHidden: () => isHidden,
    network: {
      ...FRESH_TABLES,
      own: async (...asked) => {
        const tables = await FRESH_TABLES.own(...asked);
        afterTables?.(root);
        return tables;
      },
    },
    loadWalk: async () => ({ kind: 'unavailable', failure: { step: 'off', because: 'not here', remedy: null } }),
    kernelCalls: () => ({ kind: 'unavailable', because: 'koffi: not installed' }),
  };
}

const LSOF_SAYS_TCP = (command: string): ToolRun =>
  command === 'lsof'
    ? { kind: 'ran', stdout: 'p4242\0\nf7\0tsock\0i100\0nprotocol: TCP\0\n', stderr: '', tookMs: 5 }
    : { kind: 'unavailable', because: 'not installed' };

async function inspectTree(
  entries: Readonly<Record<string, Entry>>,
  { request = {}, ...differs }: WorldDiffers & { readonly request?: Partial<InspectRequest> } = {},
) {
  return inspect(worldOf(writeTree({ '1/stat': statLine(), ...entries }), differs), { ...REQUEST, ...request });
}

async function inspected(...args: Parameters<typeof inspectTree>): Promise<Inspection> {
  const outcome = await inspectTree(...args);
  if (outcome.kind !== 'inspected') throw new Error(outcome.because);
  return outcome.inspection;
}

const withTool: Partial<InspectRequest> = { sources: ['proc', 'lsof'] };
const tcp = (...lines: readonly string[]): Readonly<Record<string, Entry>> => ({
  '4242/net/tcp': table(INET_HEADER, ...lines),
});

describe('inspect of a process that does not last', () => {
  it.each<{ name: string; entries: Readonly<Record<string, Entry>>; isHidden?: boolean; because: string }>([
    { name: 'is not there', entries: {}, because: 'no such process' },
    { name: 'is hidden', entries: {}, isHidden: true, because: 'hidden from this user (hidepid)' },
    {
      name: 'is a kernel thread',
      entries: { '4242/stat': statLine({ flags: '2129984' }) },
      because: 'a kernel thread',
    },
    {
      name: 'is a thread',
      entries: { ...aProcess(), '4242/status': 'Name:\tapp\nTgid:\t4240\n' },
      because: 'it is a thread of process 4240',
    },
    {
      name: 'is a zombie',
      entries: { ...aProcess(), '4242/stat': statLine({ state: 'Z', threads: '1' }) },
      because: 'a zombie',
    },
    { name: 'prints a stat that makes no sense', entries: { '4242/stat': 'rubbish\n' }, because: '/stat' },
  ])('says why it cannot look where it $name', async ({ entries, isHidden = false, because }) => {
    const outcome = await inspectTree(entries, { isHidden });
    expect(outcome).toMatchObject({ kind: 'unobservable', pid: 4242, because: expect.stringContaining(because) });
  });

  it('says that it ended in the middle', async () => {
    const outcome = await inspectTree(aProcess({ 7: 'socket:[100]' }), {
      meanwhile: (root) => rmSync(join(root, '4242'), { recursive: true }),
    });
    expect(outcome).toMatchObject({ kind: 'unobservable', because: 'it ended during the inspection' });
  });

  it.each([
    { what: 'the process', thread: '4194564', because: 'it ended during the inspection' },
    { what: 'its first thread', thread: '4194560', because: 'its first thread ended during the inspection' },
  ])('takes no listing for whole while $what ends', async ({ thread, because }) => {
    const outcome = await inspectTree(aProcess({ 7: 'socket:[100]' }), {
      meanwhile: (root) => {
        writeEntry(root, '4242/stat', statLine({ flags: '4194564' }));
        writeEntry(root, '4242/task/4243/stat', statLine({ flags: thread }));
      },
    });
    expect(outcome).toMatchObject({ kind: 'unobservable', because });
  });

  it('does not take a process that was given its pid for it', async () => {
    const outcome = await inspectTree(aProcess({ 7: 'socket:[100]' }), {
      meanwhile: (root) => writeEntry(root, '4242/stat', statLine({ startTicks: '999999' })),
    });
    expect(outcome).toMatchObject({ kind: 'unobservable', because: 'it ended during the inspection' });
  });
});

describe('inspect of a socket in no table, without an autopsy', () => {
  const open = aProcess({ 7: 'socket:[100]' });

  it('is unlisted where it stays so, looked at twice', async () => {
    const inspection = await inspected(open, { runTool: LSOF_SAYS_TCP, request: withTool });
    expect(inspection.descriptors[0]?.verdict).toMatchObject({ is: 'unlisted', leak: 'suspect', cause: null });
    expect(inspection.descriptors[0]?.verdict.checked).toEqual(expect.arrayContaining(['tables-again', 'second-look']));
  });

  it('is what the table says that lists it at the second look', async () => {
    const inspection = await inspected(open, {
      runTool: LSOF_SAYS_TCP,
      request: withTool,
      meanwhile: (root) => writeEntry(root, '4242/net/tcp', table(INET_HEADER, inetLine({ inode: '100', st: '01' }))),
    });
    expect(inspection.summary.byVerdict).toEqual({ established: 1 });
  });

  it('is left out where it is closed at the second look', async () => {
    const inspection = await inspected(open, {
      runTool: LSOF_SAYS_TCP,
      request: withTool,
      meanwhile: (root) => rmSync(join(root, '4242/fd/7')),
    });
    expect(inspection.descriptors).toEqual([]);
  });

  it('is left out where its number names another socket at the second look', async () => {
    const inspection = await inspected(open, {
      runTool: LSOF_SAYS_TCP,
      request: withTool,
      meanwhile: (root) => {
        rmSync(join(root, '4242/fd/7'));
        writeEntry(root, '4242/fd/7', { link: 'socket:[101]' });
      },
    });
    expect(inspection.descriptors).toEqual([]);
  });

  it('says that nobody looked twice with --settle 0', async () => {
    const inspection = await inspected(open, { runTool: LSOF_SAYS_TCP, request: { ...withTool, settleMs: 0 } });
    expect(inspection.secondLookAt).toBeNull();
    expect(inspection.descriptors[0]?.verdict.checked).toContain('second-look-off');
  });

  it.each<{ name: string; broken: Readonly<Record<string, Entry>> }>([
    { name: 'is cut within a row', broken: { '4242/net/tcp': table(INET_HEADER, inetLine()).slice(0, -30) } },
    { name: 'is empty', broken: { '4242/net/tcp': '' } },
    { name: 'holds a broken line', broken: tcp(inetLine(), 'rubbish') },
  ])('is undecided, with the name of the table, where that $name', async ({ broken }) => {
    const inspection = await inspected({ ...open, ...broken }, { runTool: LSOF_SAYS_TCP, request: withTool });
    expect(inspection.descriptors[0]?.verdict).toMatchObject({
      is: 'undecided',
      because: expect.stringContaining('the table tcp could not be read'),
    });
    expect(inspection.faults).toContainEqual(expect.objectContaining({ source: 'proc-net-tcp' }));
    expect(inspection.capability.level).toBe('kinds');
    expect(inspection.sources.find(({ name }) => name === 'proc-net')?.status).toBe('partial');
  });

  it('is undecided where the table breaks between the looks', async () => {
    const inspection = await inspected(open, {
      runTool: LSOF_SAYS_TCP,
      request: withTool,
      meanwhile: (root) => writeEntry(root, '4242/net/tcp', ''),
    });
    expect(inspection.summary.byVerdict).toEqual({ undecided: 1 });
  });

  it('is found among 200,000 rows', async () => {
    const rows = Array.from({ length: 200_000 }, (_, at) => inetLine({ sl: `${at}`, inode: `${at + 1000}`, st: '01' }));
    const entries = { ...aProcess({ 7: 'socket:[150000]' }), ...tcp(rows.join('\n')) };
    expect((await inspected(entries)).summary.byVerdict).toEqual({ established: 1 });
  });
});

describe('inspect of a connection that may be MPTCP', () => {
  const open = {
    ...aProcess({ 7: 'socket:[100]' }),
    ...tcp(inetLine({ inode: '100', st: '01' })),
    '4242/net/protocols': table(PROTOCOLS_HEADER, protocolLine({ name: 'MPTCP', sockets: '2' })),
  };

  it('is undecided where nothing can tell', async () => {
    expect((await inspected(open)).summary.byVerdict).toEqual({ undecided: 1 });
  });

  it('is left out where it was closed before it could be asked', async () => {
    const inspection = await inspected(open, {
      afterTables: (root) => rmSync(join(root, '4242/fd/7'), { force: true }),
    });
    expect(inspection.descriptors).toEqual([]);
  });

  it('is not left out where it has another number meanwhile', async () => {
    const inspection = await inspected(open, {
      afterTables: (root) => {
        rmSync(join(root, '4242/fd/7'), { force: true });
        writeEntry(root, '4242/fd/8', { link: 'socket:[100]' });
      },
    });
    expect(inspection.summary.byVerdict).toEqual({ undecided: 1 });
  });
});

describe('inspect of what may not be read', () => {
  it('waits for no tool longer than it is told, and misses not the one whose facts /proc has as well', async () => {
    const inspection = await inspected(aProcess(), {
      runTool: () => ({ kind: 'timed-out', afterMs: 1000 }),
      request: { sources: ['proc', 'lsof', 'ss', 'prlimit'] },
    });
    expect(inspection.capability.missing.map(({ what }) => what)).toEqual([
      'probing of sockets (autopsy)',
      'lsof',
      'ss',
    ]);
    expect(inspection.sources.find(({ name }) => name === 'prlimit')?.status).toBe('timed-out');
  });

  it('knows the limit and the number of descriptors of a process without sockets', async () => {
    const inspection = await inspected(aProcess({ 0: '/dev/null', 3: 'anon_inode:[eventfd]' }));
    expect(inspection.limits).toMatchObject({ soft: 1024, hard: 524_288, open: 2, free: 1022, highestFd: 3 });
    expect(inspection.summary.byKind).toMatchObject({ eventfd: 1 });
  });
});
