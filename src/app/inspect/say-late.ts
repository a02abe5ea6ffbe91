import type { Deadline } from '../../collect/deadline.ts';
import { formatDuration } from '../../core/parse/duration.ts';

/** `reading took longer than 10 s` */
export function sayLate({ withinMs }: Deadline): string {
  return `reading took longer than ${formatDuration(withinMs)}`;
}
