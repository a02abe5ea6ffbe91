import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { inspectJson } from '../fdleak.ts';
import { toDose } from './dose.ts';

const MANY_MINUTES_MS = 15 * 60_000;

/** Starts one of the healthy servers, and gives its load time to come. */
async function startServer(script: string): Promise<number> {
  const path = fileURLToPath(new URL(`../processes/${script}`, import.meta.url));
  const server = spawn(process.execPath, [path], { stdio: ['pipe', 'pipe', 'inherit'] });
  onTestFinished(async () => {
    const ended = once(server, 'exit');
    server.stdin.end();
    await ended;
  });
  const [line]: unknown[] = await once(createInterface({ input: server.stdout }), 'line');
  await wait(700);
  const { pid }: { pid: number } = JSON.parse(String(line).replace('ready ', ''));
  return pid;
}

/** How often a look ended how: exit statuses, and verdicts that a healthy server should not be given. */
async function tallyLooks(pid: number, times: number, args: readonly string[]): Promise<Record<string, number>> {
  const tally: Record<string, number> = {};
  const note = (what: string): void => {
    tally[what] = (tally[what] ?? 0) + 1;
  };
  const lookInTurn = async (turns: number): Promise<void> => {
    for (let turn = 0; turn < turns; turn++) {
      const { exitCode, inspection } = await inspectJson(pid, args);
      note(`exit ${exitCode}`);
      if (inspection.summary.byLeak?.certain !== 0) note('certain');
      if (inspection.descriptors.some(({ tid }) => tid !== null)) note('counted twice');
      for (const { verdict } of inspection.descriptors) {
        if (verdict.is === 'unlisted' || verdict.is === 'undecided') note(`${verdict.is}: ${verdict.because}`);
      }
    }
  };
  // Two at a time: most of a look is a pause.
  await Promise.all([lookInTurn(Math.ceil(times / 2)), lookInTurn(Math.floor(times / 2))]);
  return tally;
}

describe('fdleak inspect of a server that opens and closes 500 connections a second and leaks nothing', () => {
  const [alone, withTools] = [toDose({ little: 40, all: 450 }), toDose({ little: 6, all: 50 })];
  const title = `finds nothing at ${alone} looks of its own, and at ${withTools} with lsof and ss`;
  it(title, { timeout: MANY_MINUTES_MS }, async () => {
    const pid = await startServer('busy-server.js');
    expect(await tallyLooks(pid, alone, ['--sources', 'proc,autopsy'])).toEqual({ 'exit 0': alone });
    expect(await tallyLooks(pid, withTools, [])).toEqual({ 'exit 0': withTools });
  });

  const blind = toDose({ little: 4, all: 30 });
  it(`accuses nothing at ${blind} looks without an autopsy`, { timeout: MANY_MINUTES_MS }, async () => {
    const pid = await startServer('busy-server.js');
    const tally = await tallyLooks(pid, blind, ['--sources', 'proc,lsof']);
    expect(tally['exit 1']).toBeUndefined();
    expect(tally['certain']).toBeUndefined();
    expect(tally['counted twice']).toBeUndefined();
  });
});

describe('fdleak inspect of a healthy server whose loop stalls for 900 ms at a time', () => {
  const looks = toDose({ little: 12, all: 100 });
  it(`calls nothing a certain leak at ${looks} looks`, { timeout: MANY_MINUTES_MS }, async () => {
    const pid = await startServer('stalling-server.js');
    expect(await tallyLooks(pid, looks, ['--sources', 'proc,autopsy'])).toEqual({ 'exit 0': looks });
  });
});
