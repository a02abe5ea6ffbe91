import type { Asserted, Assertion } from '../model/assertion.ts';
import { isVerdictName, type Subject } from '../model/budget.ts';
import type { Descriptor } from '../model/descriptor.ts';
import { couldBe } from './could-be.ts';

/** Whether a descriptor has been what it is for long enough to be counted. */
export type IsCounted = (descriptor: Descriptor) => boolean;

/**
 * `--max orphaned=0`, `--max epoll=2`. What could be of the verdict, had more been seen, makes it undecidable where it
 * could make the difference: 3 found and 2 that could be are within 5, and not within 4.
 */
export function assertMax(
  subject: Subject,
  most: number,
  descriptors: readonly Descriptor[],
  isCounted: IsCounted,
): Assertion {
  const isVerdict = isVerdictName(subject);
  const all = descriptors.filter(({ kind, verdict }) => (isVerdict ? verdict.is : kind) === subject);
  const found = isVerdict ? all.filter(isCounted) : all;
  const doubtful = isVerdict ? descriptors.filter((one) => couldBe(one, subject) && isCounted(one)) : [];
  const base = { ...toMax(subject, most), found: found.length };
  if (found.length > most) {
    return { ...base, result: 'failed', because: `${found.length} ${subject}`, descriptors: found };
  }
  if (found.length + doubtful.length > most) {
    const [first] = doubtful;
    return {
      ...base,
      result: 'undecidable',
      because: `${found.length} ${subject}, and ${doubtful.length} more could be: ${first?.verdict.because ?? ''}`,
      descriptors: doubtful,
    };
  }
  const young = all.length - found.length;
  const because =
    young === 0
      ? `${found.length} ${subject}`
      : `${found.length} ${subject}; ${young} more have not been so for long enough to count`;
  return { ...base, result: 'passed', because, descriptors: [] };
}

/** `max orphaned`, `<= 0`. */
export function toMax(subject: Subject, most: number): Asserted {
  return { name: `max ${subject}`, subject, most, expected: `<= ${most}` };
}
