import { describe, expect, it } from 'vitest';
import type { ToolRun } from '../../../src/core/model/reading.ts';
import { SOURCE_OPTIONS, SOURCES, TOOL_NAMES, toolOf } from '../../../src/core/sources/registry.ts';
import type { Dialogue, ToolCall } from '../../../src/core/sources/source.ts';
import { askSs } from '../../../src/core/sources/ss.ts';
import { inspectionOf } from '../evidence-builder.ts';

const TARGET = { pid: 4242, task: 4242, isForeign: false };
const HEADING = 'Netid State Recv-Q Send-Q Local Address:Port Peer Address:Port\n';
const ran = (stdout = HEADING): ToolRun => ({ kind: 'ran', stdout, stderr: '', tookMs: 3 });
const failed = (because: string): ToolRun => ({ kind: 'failed', because, stdout: '', stderr: because });

/** Talks with a source as the edge would, and notes what it wants to be run. */
function talk<Reading>(dialogue: Dialogue<Reading>, answer: (call: ToolCall) => ToolRun) {
  const rounds: (readonly ToolCall[])[] = [];
  let turn = dialogue.next();
  while (turn.done !== true) {
    rounds.push(turn.value);
    turn = dialogue.next(turn.value.map(answer));
  }
  return { reading: turn.value, rounds };
}

describe('the registry of sources', () => {
  it('gives every source a row, in its order', () => {
    expect(inspectionOf().sources.map(({ name }) => name)).toEqual(Object.keys(SOURCES));
  });

  it('offers each as an option once: what is always read, what else we read ourselves, then the programs', () => {
    expect(SOURCE_OPTIONS).toEqual(['proc', 'autopsy', 'bpf', ...TOOL_NAMES]);
  });

  it('says of a program that was not asked that it was not', () => {
    const rows = inspectionOf().sources.filter(({ name }) => TOOL_NAMES.some((tool) => tool === name));
    expect(rows.map(({ status, descriptors, sockets }) => [status, descriptors, sockets])).toEqual(
      TOOL_NAMES.map(() => ['skipped', null, null]),
    );
  });

  it.each(TOOL_NAMES)('says why %s said nothing', (name) => {
    const { reading } = talk(toolOf(name).ask(TARGET), () => ({ kind: 'timed-out', afterMs: 10_000 }));
    expect(reading).toEqual({ kind: 'timed-out', afterMs: 10_000 });
  });
});

describe('the dialogue with ss', () => {
  it('asks for both kinds of sockets in one round', () => {
    const { reading, rounds } = talk(askSs(TARGET, { inet: true, unix: true }), () => ran());
    expect(rounds.map((calls) => calls.map(({ args }) => args[0]))).toEqual([['--tcp', '--unix']]);
    expect(reading).toMatchObject({ kind: 'read', knowsMptcp: true, tookMs: 3 });
  });

  it('asks an ss that does not know MPTCP again without, and does not trust its silence', () => {
    const isOld = ({ args }: ToolCall): boolean => args.includes('--mptcp');
    const answer = (call: ToolCall): ToolRun => (isOld(call) ? failed("unrecognized option '--mptcp'") : ran());
    const { reading, rounds } = talk(askSs(TARGET, { inet: true, unix: true }), answer);
    expect(rounds).toHaveLength(2);
    expect(reading).toMatchObject({ kind: 'read', knowsMptcp: false });
  });

  it('asks for nothing that nobody wants', () => {
    const { reading, rounds } = talk(askSs(TARGET, { inet: false, unix: true }), () => ran());
    expect(rounds.flat().map(({ args }) => args[0])).toEqual(['--unix']);
    expect(reading).toMatchObject({ kind: 'read', rows: [], knowsMptcp: false });
  });

  it('enters the namespace of its target, and says that it was denied where it may not', () => {
    const target = { pid: 4242, task: 4250, isForeign: true };
    const refusal = 'nsenter: reassociate to namespaces failed: Operation not permitted';
    const { reading, rounds } = talk(askSs(target, { inet: true, unix: true }), () => failed(refusal));
    expect(rounds[0]?.[0]).toMatchObject({
      command: 'nsenter',
      args: expect.arrayContaining(['--net=/proc/4250/ns/net', 'ss']),
    });
    expect(reading).toEqual({ kind: 'denied', because: refusal });
  });
});
