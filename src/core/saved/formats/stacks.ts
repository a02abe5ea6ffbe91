import { isFaulthandler, isFaulthandlerLine, parseFaulthandler } from '../../parse/stacks/faulthandler.ts';
import { isGdb, isGdbLine, parseGdb } from '../../parse/stacks/gdb.ts';
import { isGoroutineDump, isGoroutineDumpLine, parseGoroutineDump } from '../../parse/stacks/goroutine-dump.ts';
import {
  isGoroutineProfile,
  isGoroutineProfileLine,
  parseGoroutineProfile,
} from '../../parse/stacks/goroutine-profile.ts';
import { isJstack, isJstackLine, parseJstack } from '../../parse/stacks/jstack.ts';
import { isPySpy, isPySpyLine, parsePySpy } from '../../parse/stacks/py-spy.ts';
import type { Stacks } from '../../model/stacks.ts';
import type { SavedFormat } from '../format.ts';

function toFormat(
  starts: (line: string) => boolean,
  continues: (line: string) => boolean,
  parse: (lines: readonly string[]) => Stacks | null,
  mayWrap = false,
): SavedFormat {
  return {
    starts,
    continues,
    isHeading: () => false,
    mayWrap,
    isLoose: true,
    read: (lines, shown) => {
      const stacks = parse(lines.map(({ text }) => text));
      if (stacks === null) return null;
      const pids = stacks.pid === null ? (shown?.pids ?? []) : [stacks.pid];
      return { tool: stacks.source, pids, partial: [], content: { kind: 'stacks', stacks } };
    },
  };
}

export const GOROUTINE_DUMP = toFormat(isGoroutineDump, isGoroutineDumpLine, parseGoroutineDump);

/** Dumps of stacks, each known by its content. */
export const STACK_FORMATS: readonly SavedFormat[] = [
  toFormat(isGoroutineProfile, isGoroutineProfileLine, parseGoroutineProfile, true),
  GOROUTINE_DUMP,
  toFormat(isJstack, isJstackLine, parseJstack),
  toFormat(isFaulthandler, isFaulthandlerLine, parseFaulthandler),
  toFormat(isPySpy, isPySpyLine, parsePySpy),
  toFormat(isGdb, isGdbLine, parseGdb),
];

/** Profiles in protobuf, also packed, and JSON are known by their first byte. */
const FIRST_BYTES: ReadonlySet<number> = new Set([0x0a, 0x1f, 0x5a, 0x7b]);

/** Whether an answer that begins like this may hold stacks: what an endless stream of something else does not. */
export function looksLikeStacks(head: Uint8Array): boolean {
  if (FIRST_BYTES.has(head[0] ?? 0)) return true;
  const lines = new TextDecoder('latin1').decode(head).split('\n');
  return STACK_FORMATS.some(({ starts }) => lines.some((line) => starts(line, null)));
}
