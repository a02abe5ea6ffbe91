import type { Deadline } from '../../collect/deadline.ts';
import type { FileFacts } from '../../collect/file-facts.ts';
import { formatDuration } from '../../core/parse/duration.ts';
import { formatCount } from '../../core/words/numbers.ts';

/** `reading took longer than 10 s` */
export function sayLate({ withinMs }: Deadline): string {
  return `reading took longer than ${formatDuration(withinMs)}`;
}

/** `what 40 files are: reading took longer than 10 s`; null where each was asked. */
export function sayUnasked({ unasked }: FileFacts, deadline: Deadline): string | null {
  return unasked === 0 ? null : `what ${formatCount(unasked, 'file is', 'files are')}: ${sayLate(deadline)}`;
}
