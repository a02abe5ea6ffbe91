import type { GrowingStack, StackMatch, StackRead } from '../../core/model/holders.ts';
import type { Frame } from '../../core/model/stacks.ts';
import { toPlaceName } from '../../core/parse/stacks/stacks.ts';
import { formatFdNumbers } from '../../core/words/fds.ts';
import { formatCount } from '../../core/words/numbers.ts';
import { sayWhere } from './place-words.ts';

/** Where the place of a socket is not known. */
const UNKNOWN = 'not known';

/** `40 goroutines ↔ 40 dead tcp accepted on :37085, in chan receive for 1 min, at builtinservices.go:199`. Not escaped. */
export function sayMatch(match: StackMatch): string {
  const place = `${match.what} ${match.where === UNKNOWN ? '' : sayWhere({ ...match, path: null })}`.trim();
  switch (match.by) {
    case 'count':
    case 'near-count':
      return `${formatCount(match.stacks, match.unit)} ↔ ${match.descriptors} ${place}${sayBlocked(match)}${sayAt(match.at)}`;
    case 'thread':
      return sayThreads(match, place);
    case 'handle':
      return sayHandles(match, place);
  }
}

function sayThreads({ tids, stacks, fds, descriptors, blockedIn, at }: StackMatch, place: string): string {
  const [tid] = tids ?? [];
  const who = stacks === 1 ? `thread ${tid ?? '?'} waits` : `${stacks} threads wait`;
  const numbers = `${formatFdNumbers(fds ?? [], 40)} (${fds?.length ?? 0} of ${descriptors} ${place})`;
  return `${who} in ${blockedIn ?? '?'} on ${numbers}${sayAt(at)}`;
}

function sayHandles({ stacks, descriptors, unowned, blockedIn }: StackMatch, place: string): string {
  const rest = unowned === null || unowned.length === 0 ? '' : `; no handle owns ${formatFdNumbers(unowned, 40)}`;
  const type = blockedIn === null ? '' : ` (${blockedIn})`;
  return `${formatCount(stacks, 'handle')}${type} ↔ ${descriptors} ${place}${rest}`;
}

/** How sure that is. */
export function saySureness({ by, candidates, growth, stacks, descriptors }: StackMatch): string {
  switch (by) {
    case 'thread':
      return 'the kernel names thread and descriptor';
    case 'handle':
      return stacks === descriptors
        ? 'the report names each by its descriptor: the program still holds the object'
        : 'the report names them by their descriptors; what no handle owns, JavaScript cannot close';
    case 'count':
      return `${candidates === 1 ? 'the same number, and no other stack has it' : `one of ${candidates} stacks with this number: any of them may hold these`}${sayGrowth(growth)}`;
    case 'near-count':
      return `nearly the same number${candidates === 1 ? '' : `, as ${candidates - 1} more`}: the two moments differ${sayGrowth(growth)}`;
  }
}

function sayGrowth(growth: readonly number[] | null): string {
  return growth === null || new Set(growth).size === 1 ? '' : `; ${growth.join(' → ')} from profile to profile`;
}

function sayBlocked({ blockedIn, waitingMinutes }: StackMatch): string {
  if (blockedIn === null) return '';
  if (waitingMinutes === null) return `, in ${blockedIn}`;
  const { least, most } = waitingMinutes;
  return `, in ${blockedIn} for ${least === most ? least : `${least} to ${most}`} min`;
}

function sayAt(frame: Frame | null): string {
  return frame === null ? ', no call of the program in the stack' : `, at ${toPlaceName(frame)}`;
}

/** `12 → 25 → 40 goroutines at relay.go:199: ever more, and no place has as many`. */
export function sayGrowing({ counts, unit, at }: GrowingStack): string {
  return `${counts.join(' → ')} ${unit}s${sayAt(at)}: ever more from profile to profile`;
}

/** `goroutine.txt: 75 goroutines`, or why it was not used. */
export function sayRead({ name, tool, total, because }: StackRead): string {
  if (because !== null) return `${name}: ${because}`;
  const unit = tool === 'node-report' ? 'handle' : tool?.startsWith('goroutine') === true ? 'goroutine' : 'thread';
  return `${name}: ${formatCount(total ?? 0, unit)}`;
}
