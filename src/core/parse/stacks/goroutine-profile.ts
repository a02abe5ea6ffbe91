import type { Frame, StackGroup, Stacks } from '../../model/stacks.ts';

const TITLE = /^goroutine(leak)? profile: total (\d+)/;
const GROUP = /^(\d+) @((?: 0x[0-9a-f]+)*)/;
/** `#	0x59e6d1	example.com/hub.(*relay).serve.func3+0x1b1	/src/hub/relay.go:199`; pasting loses `#` and tabs. */
const FRAME = /^#?\s*0x[0-9a-f]+\s+(\S.*?)\+0x[0-9a-f]+\s+(.+?):(\d+)\s*$/;
const FRAME_START = /^#?\s*0x[0-9a-f]+\s+\S/;

/** Whether a line begins a goroutine profile with debug=1. */
export function isGoroutineProfile(line: string): boolean {
  return TITLE.test(line);
}

/** Whether a line belongs to such a profile, but for the second halves of wrapped ones. */
export function isGoroutineProfileLine(line: string): boolean {
  return TITLE.test(line) || GROUP.test(line) || FRAME_START.test(line) || line.startsWith('# labels: ');
}

/**
 * Parses `/debug/pprof/goroutine?debug=1` and `goroutineleak?debug=1`, also pasted without `#`, without tabs, or wrapped:
 *
 *     goroutine profile: total 58
 *     40 @ 0x43a7f6 0x406cdb
 *     #	0x59e6d1	example.com/hub.(*relay).serve.func3+0x1b1	/src/hub/relay.go:199
 *
 * It has no ids, states or waits: those are null or empty. Never throws; null where it is not such a profile.
 *
 * @see runtime/pprof writeGoroutine, printCountProfile
 */
export function parseGoroutineProfile(lines: readonly string[]): Stacks | null {
  let total: number | null = null;
  let saysLeaked = false;
  const groups: StackGroup[] = [];
  let frames: Frame[] = [];
  for (const line of unwrap(lines)) {
    const [, leak, count] = TITLE.exec(line) ?? [];
    if (count !== undefined) {
      total = Number(count);
      saysLeaked = leak !== undefined;
      continue;
    }
    const [, members] = GROUP.exec(line) ?? [];
    if (members !== undefined) {
      frames = [];
      groups.push({ ...NOTHING_TOLD, count: Number(members), frames });
      continue;
    }
    const [, name, file, number] = FRAME.exec(line) ?? [];
    if (name !== undefined && file !== undefined) frames.push({ function: name, file, line: Number(number) });
  }
  if (total === null && groups.length === 0) return null;
  return {
    source: 'goroutine-profile',
    pid: null,
    total: total ?? groups.reduce((sum, { count }) => sum + count, 0),
    groups: groups.sort((a, b) => b.count - a.count),
    saysLeaked,
  };
}

const NOTHING_TOLD = { state: null, waitingMinutes: null, threads: [], names: [], createdBy: null } as const;

/** Glues what a terminal broke: a frame ends in a line number, everything else begins a line of its own. */
function* unwrap(lines: readonly string[]): Generator<string> {
  let open: string | null = null;
  for (const line of lines) {
    if (isGoroutineProfileLine(line) || line.trim() === '') {
      if (open !== null) yield open;
      open = line.trim() === '' ? null : line.trimEnd();
    } else if (open !== null) {
      open += line.trimEnd();
    }
  }
  if (open !== null) yield open;
}
