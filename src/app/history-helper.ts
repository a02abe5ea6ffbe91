import { Deadline, USUAL_MS } from '../collect/deadline.ts';
import { COPY_HISTORY } from '../collect/helper-words.ts';
import { mayServeFiles } from '../collect/remote-autopsy.ts';
import { canRunGivenUp, runGivenUp } from '../collect/run-given-up.ts';
import type { World } from './world.ts';

/** What asks a helper to copy a history; null where every file system answers, and where there is no shell to start one with. */
export function toHistoryHelper({ proc, self, clock }: World): ((order: string) => Promise<string>) | null {
  if (!mayServeFiles(null, proc) || !canRunGivenUp()) return null;
  return (order) => runGivenUp([...self, COPY_HISTORY], order, new Deadline(() => clock.monotonicMs(), USUAL_MS));
}
