import type { Inspection } from '../../core/model/inspection.ts';
import { escapeText } from '../text/escape.ts';

const SAID: ReadonlySet<string> = new Set(['lsof', 'ss']);

/** `/proc, lsof and ss agree`: what was read, and whether it fits together. */
export function sayChecked(inspection: Inspection): string {
  const { sources, capability } = inspection;
  const read = sources.filter(({ status, name }) => status === 'read' && SAID.has(name)).map(({ name }) => name);
  const [only] = read;
  // Of saved text /proc may be no part.
  if (only !== undefined && sources.every(({ name, status }) => name !== 'proc-fd' || status !== 'read')) {
    const against =
      read.length === 1
        ? `${only} read: nothing to compare it with`
        : `${read.join(' and ')} ${isDisputed(inspection) ? 'differ' : 'agree'}`;
    return `${against} (--why shows how)`;
  }
  const agree = isDisputed(inspection) ? 'differ' : 'agree';
  const missing =
    capability.missing.length === 0 ? '' : `; not seen: ${capability.missing.map(({ what }) => what).join(', ')}`;
  return `/proc${read.length === 0 ? '' : `, ${read.join(' and ')}`} ${read.length === 0 ? 'read' : agree}${escapeText(missing)} (--why shows how)`;
}

/** That ss and netstat show nothing of a socket in no table is what they always do, and no second opinion. */
function isDisputed({ descriptors, disagreements }: Inspection): boolean {
  const unlisted = new Set(descriptors.filter(({ socket }) => socket?.listed === false).map(({ fd }) => fd));
  return disagreements.some(({ between, fds }) => fds.some((fd) => between.includes('lsof') || !unlisted.has(fd)));
}
