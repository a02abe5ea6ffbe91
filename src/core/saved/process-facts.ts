import { speaksOf } from './choose-process.ts';
import type { Part, SavedProcess } from './part.ts';

const NO_FACTS: SavedProcess = {
  pid: null,
  comm: null,
  uid: null,
  threads: null,
  startTicks: null,
  peakTableSize: null,
  pidNamespaces: null,
  cmdline: null,
};

/** What `/proc/<pid>/status` and `stat` say of a process, joined. */
export function factsOf(parts: readonly Part[], pid: number | null): SavedProcess {
  let facts = NO_FACTS;
  for (const part of parts) {
    if (part.content.kind !== 'process' || !speaksOf(part, pid)) continue;
    const more = part.content.facts;
    facts = {
      pid: more.pid ?? facts.pid,
      comm: more.comm ?? facts.comm,
      uid: more.uid ?? facts.uid,
      threads: more.threads ?? facts.threads,
      startTicks: more.startTicks ?? facts.startTicks,
      cmdline: more.cmdline ?? facts.cmdline,
      peakTableSize: more.peakTableSize ?? facts.peakTableSize,
      pidNamespaces: more.pidNamespaces ?? facts.pidNamespaces,
    };
  }
  return facts;
}
