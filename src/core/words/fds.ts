import type { Descriptor } from '../model/descriptor.ts';

/** Collapses ascending numbers: 21, 22, 27, 28, 29 -> `21`, `22`, `27-29`. */
export function toRanges(numbers: readonly number[]): string[] {
  const ranges: string[] = [];
  for (let at = 0; at < numbers.length;) {
    let end = at;
    while (numbers[end + 1] === (numbers[end] ?? 0) + 1) end++;
    ranges.push(end - at < 2 ? `${numbers[at]}` : `${numbers[at]}-${numbers[end]}`);
    at = end - at < 2 ? at + 1 : end + 1;
  }
  return ranges;
}

/**
 * Names descriptors within `width` columns: `fd 17`, `fds 21, 22, 27-46`, `fds 21, 22 and 38 more`. Those of a thread's own
 * table stand behind its id: `fds 3, 4250/17`. Empty for none.
 */
export function formatFds(
  descriptors: readonly Pick<Descriptor, 'fd' | 'tid'>[],
  width = Number.POSITIVE_INFINITY,
): string {
  // Numbers that saved text does not tell are negative.
  const known = descriptors.filter(({ fd }) => fd >= 0);
  if (known.length < descriptors.length) {
    const unknown = `${descriptors.length - known.length} without a number`;
    return known.length === 0 ? unknown : `${formatFds(known, width)} and ${unknown}`;
  }
  const ascending = descriptors
    .filter(({ tid }) => tid === null)
    .map(({ fd }) => fd)
    .sort((a, b) => a - b);
  const ranges = toRanges(ascending);
  for (const { fd, tid } of descriptors) if (tid !== null) ranges.push(`${tid}/${fd}`);
  if (ranges.length === 0) return '';
  return `${descriptors.length === 1 ? 'fd' : 'fds'} ${shorten(ranges, descriptors.length, width)}`;
}

function shorten(ranges: readonly string[], total: number, width: number): string {
  const whole = ranges.join(', ');
  if (whole.length + 4 <= width) return whole;
  const room = width - ' and 00000 more'.length - 4;
  const shown: string[] = [];
  let used = 0;
  let named = 0;
  for (const range of ranges) {
    used += range.length + 2;
    if (shown.length > 0 && used > room) break;
    shown.push(range);
    named += countIn(range);
  }
  return `${shown.join(', ')} and ${total - named} more`;
}

function countIn(range: string): number {
  const [first = '', last] = range.split('-');
  return last === undefined ? 1 : Number(last) - Number(first) + 1;
}

/** As {@link formatFds}, for numbers of the process's own table. */
export function formatFdNumbers(fds: readonly number[], width = 60): string {
  return formatFds(
    fds.map((fd) => ({ fd, tid: null })),
    width,
  );
}
