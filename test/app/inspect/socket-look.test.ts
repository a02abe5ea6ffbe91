import { rmSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { lookFirst } from '../../../src/app/inspect/socket-look.ts';
import type { SocketAsker } from '../../../src/collect/autopsy.ts';
import { Deadline } from '../../../src/collect/deadline.ts';
import { FRESH_TABLES } from '../../../src/collect/network-tables.ts';
import { ProcessFolder } from '../../../src/collect/process-folder.ts';
import { ProcFs } from '../../../src/collect/proc-fs.ts';
import { toInode } from '../../../src/core/model/inode.ts';
import type { ProbeOutcome, SocketProbe } from '../../../src/core/model/probe.ts';
import { aProcess, writeTree } from '../../collect/proc-tree.ts';
import { aProbe, aSocketAt } from '../../core/evidence-builder.ts';

const INODE = toInode('100');
const NO_ANSWER: ProbeOutcome = { kind: 'failed', because: 'not probed: the deadline of 5s had passed' };

/** Looks at fd 7, a socket in no table, which answers so when it is asked, one time after the other. */
async function lookAtOne(...outcomes: readonly ProbeOutcome[]) {
  let asked = 0;
  const autopsy: SocketAsker = {
    refusal: () => null,
    isAtHome: () => false,
    prepare: async () => undefined,
    ask: () => outcomes[asked++] ?? { kind: 'gone' },
    dispose: () => undefined,
  };
  const root = writeTree(aProcess({ 7: 'socket:[100]' }));
  const clock = { nowMs: () => 0, monotonicMs: () => 0, sleep: async () => undefined };
  const process = new ProcessFolder(new ProcFs(root), 4242);
  const request = {
    process,
    autopsy,
    autopsyDeadlineMs: 5000,
    deadline: new Deadline(() => 0, 10_000),
    names: new Map(),
  };
  const first = await lookFirst({ clock, network: FRESH_TABLES }, request, [aSocketAt(7, '100')]);
  return { first, close: () => rmSync(`${root}/4242/fd/7`) };
}

const aUnixProbe = (differs: Partial<Omit<SocketProbe, 'info'>>): ProbeOutcome => ({
  kind: 'answered',
  probe: { ...aProbe({ family: 'unix', protocol: null, local: null, hasPeer: true, ...differs }), info: null },
});
const ALIVE = aUnixProbe({ hungUp: false });
const ALONE = aUnixProbe({ hungUp: true });

describe('a socket in no table', () => {
  it('is asked again where it did not answer, whatever it is', async () => {
    const { first } = await lookAtOne(NO_ANSWER, ALIVE);
    expect(first.doubtful).toBe(1);

    const { sight } = await first.again();
    expect(sight.probes.looks.get(INODE)).toMatchObject({ first: null, second: { family: 'unix', hungUp: false } });
  });

  it('is asked again as a unix socket whose peer is gone, and forgotten where it is closed by then', async () => {
    const { first, close } = await lookAtOne(ALONE);
    expect(first.doubtful).toBe(1);
    close();

    const { sight } = await first.again();
    expect(sight.probes.looks.size).toBe(0);
    expect([...sight.dropped]).toEqual(['7']);
  });

  it('is not asked again as a unix socket of which nothing has ended', async () => {
    expect((await lookAtOne(ALIVE)).first.doubtful).toBe(0);
  });
});
