import { readProcessFolder } from '../../collect/process-folder.ts';
import { isSameProcess } from '../../collect/process-identity.ts';
import { readThreadNumbers } from '../../collect/thread-numbers.ts';
import { readThreadWaits } from '../../collect/thread-waits.ts';
import type { ThreadFacts } from '../../core/holders/by-thread.ts';
import { matchHolders } from '../../core/holders/match-holders.ts';
import type { Inspection } from '../../core/model/inspection.ts';
import { toStackEvidence } from '../../core/saved/stack-evidence.ts';
import { askAuto } from './auto-stacks.ts';
import { joinTexts, readAll, type StackSources } from './stack-sources.ts';
import type { World } from '../world.ts';

/**
 * Adds who holds what, by stacks that were saved or that URLs answer with, and by what the kernel says of threads. It comes after the
 * look: a connection of ours that a leaking process keeps is not among what was counted.
 */
export async function addHolders(
  world: World,
  inspection: Inspection,
  { sources, say }: { sources: StackSources; say: (line: string) => void },
): Promise<Inspection> {
  const { pid, startTicks, pidInNamespace } = inspection.process;
  const named = await readAll(world, sources);
  const all = sources.isAuto ? joinTexts(named, await askAuto(world, inspection, say)) : named;
  const evidence = toStackEvidence(all, [pid, pidInNamespace ?? pid]);
  const threads = isSameProcess(world.proc, pid, startTicks) ? readThreadFacts(world, pid) : null;
  return { ...inspection, stacks: matchHolders(inspection.places, { ...evidence, threads }) };
}

function readThreadFacts(world: World, pid: number): ThreadFacts | null {
  const process = readProcessFolder(world.proc, pid);
  const waits = readThreadWaits(process);
  return waits.kind === 'read' ? { waits: waits.threads, tidOf: readThreadNumbers(process) } : null;
}
