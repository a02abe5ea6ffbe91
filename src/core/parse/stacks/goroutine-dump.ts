import { type OneStack, toGroups } from './group.ts';
import type { Stacks } from '../../model/stacks.ts';
import { GoroutineReader, SOURCE, CREATED_BY, CALL } from './goroutine-reader.ts';

/** `goroutine 154 [chan receive, 12 minutes, locked to thread]:`, since Go 1.21 with `gp=… m=…` in a crash. */
const TITLE = /^goroutine (\d+)(?: gp=\S+)?(?: m=\S+)?(?: mp=\S+)? \[([^\]]*)\]:/;
/** What stands before the first goroutine. */
const BEFORE = /^(?:SIGQUIT: quit|panic: |fatal error: )/;
const OTHER =
  /^(?:SIG[A-Z0-9]+: |PC=0x|panic: |fatal error: |\[signal |exit status \d|r[a-z0-9]{1,2} +0x|cs +0x|fs +0x|gs +0x|\.\.\.\d* ?additional frames|\.\.\.additional frames)/;

/** Whether a line begins a dump of goroutines: debug=2, a panic, or SIGQUIT. */
export function isGoroutineDump(line: string): boolean {
  return line.startsWith('goroutine ') ? TITLE.test(line) : BEFORE.test(line);
}

/** Whether a line belongs to such a dump. */
export function isGoroutineDumpLine(line: string): boolean {
  return isGoroutineDump(line) || SOURCE.test(line) || CREATED_BY.test(line) || CALL.test(line) || OTHER.test(line);
}

/**
 * Parses a dump of all goroutines, `/debug/pprof/goroutine?debug=2`, or what SIGQUIT and panics print:
 *
 *     goroutine 5 [select, 1 minutes]:
 *     example.com/hub.(*msgQ).worker(0xc00009ea80, …)
 *     	/src/hub/msgq.go:96 +0xac
 *     created by example.com/hub.(*pool).add
 *     	/src/hub/pool.go:54 +0x23c
 *
 * Waits shorter than a minute are not printed: null. Never throws; null where no goroutine is in it.
 *
 * @see runtime/traceback.go goroutineheader()
 */
export function parseGoroutineDump(lines: readonly string[]): Stacks | null {
  const stacks: OneStack[] = [];
  let reader: GoroutineReader | null = null;
  for (const line of lines) {
    const [, id, header] = TITLE.exec(line) ?? [];
    if (id !== undefined && header !== undefined) {
      if (reader !== null) stacks.push(reader.end());
      reader = new GoroutineReader(Number(id), header);
    } else reader?.read(line);
  }
  if (reader === null) return null;
  stacks.push(reader.end());
  return { source: 'goroutine-dump', pid: null, total: stacks.length, groups: toGroups(stacks), saysLeaked: false };
}
