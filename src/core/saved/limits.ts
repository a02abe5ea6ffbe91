import type { Limits } from '../model/limits.ts';
import { speaksOf } from './choose-process.ts';
import type { Part, SavedDescriptor } from './part.ts';
import { factsOf } from './process-facts.ts';

/** The limit of descriptors and its use, from whatever tells: limits, counts, and a listing of descriptors that is whole. */
export function toSavedLimits(
  parts: readonly Part[],
  pid: number | null,
  rows: readonly SavedDescriptor[] | null,
  isWhole: boolean,
): Limits {
  const { soft, hard, counted } = readLimits(parts.filter((part) => speaksOf(part, pid)));
  const whole = isWhole ? rows : null;
  const open = whole === null ? counted : whole.length;
  const fds = whole?.every(({ fd }) => fd !== null) === true ? whole.flatMap(({ fd }) => fd ?? []) : null;
  const isNumber = typeof soft === 'number';
  return {
    soft,
    hard,
    open,
    free: fds !== null && isNumber ? Math.max(0, soft - fds.filter((fd) => fd < soft).length) : null,
    utilization: open !== null && isNumber && soft > 0 ? open / soft : null,
    highestFd: fds === null ? null : fds.reduce((a, b) => Math.max(a, b), -1),
    peakTableSize: factsOf(parts, pid).peakTableSize,
  };
}

/** A later listing stands, as far as it tells. A shell's own limits are not the process's. */
function readLimits(parts: readonly Part[]): Pick<Limits, 'soft' | 'hard'> & { readonly counted: number | null } {
  let [soft, hard]: [Limits['soft'], Limits['hard']] = [null, null];
  let counted: number | null = null;
  for (const { content, tool } of parts) {
    if (content.kind === 'count') counted = content.descriptors ?? counted;
    if (tool === 'ulimit' || (content.kind !== 'limits' && content.kind !== 'node-report')) continue;
    soft = content.limits.soft ?? soft;
    hard = content.limits.hard ?? hard;
  }
  return { soft, hard, counted };
}
