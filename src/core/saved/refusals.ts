import type { PartReading } from './format.ts';
import type { SavedLine } from './lines.ts';
import type { SavedTool } from './part.ts';

const ON_LINUX = 'run it on the Linux machine where the process runs: lsof -nP -p PID, or ls -l /proc/PID/fd';
/** `KQUEUE`, `systm`, `NPOLICY`: kinds that only Darwin has; PIPE there is a type, and internet sockets have kernel addresses. */
const DARWIN =
  /\s(?:KQUEUE|systm|NPOLICY|PSXSHM|PSXSEM|fsevents|NEXUS|ATALK|ndrv)\s|\s\/dev\/ttys\d|\/usr\/lib\/dyld$|\scom\.apple\.|\sIPv[46]\s+0x[0-9a-f]+\s|\sPIPE\s+0x/;
const FREEBSD = /\s(?:VREG|VDIR|VCHR|VFIFO|VLNK|VBAD)\s/;
const SOLARIS = /\s(?:DOOR)\s|\s\/devices\/pseudo\//;

/** Rows that only another system has are among the first of any process. */
const MOST_LOOKED_AT = 20_000;

/** Refuses a table of lsof that was printed by another system; null for Linux. */
export function refuseForeignLsof(lines: readonly SavedLine[], headings: readonly SavedLine[]): PartReading | null {
  const rows = lines.slice(0, MOST_LOOKED_AT).filter((line) => !headings.includes(line));
  const isOf = (pattern: RegExp) => rows.some(({ text }) => pattern.test(text));
  if (isOf(SOLARIS)) return toRefusal('lsof', 'lsof of Solaris: its kinds and inodes are not those of Linux', ON_LINUX);
  if (isOf(FREEBSD)) return toRefusal('lsof', 'lsof of FreeBSD: its kinds and inodes are not those of Linux', ON_LINUX);
  if (!isOf(DARWIN)) return null;
  return toRefusal('lsof', 'lsof of macOS: its kinds and inodes are not those of Linux', ON_LINUX);
}

/** What stands for a text that is recognised and not read: why, and what to run instead. */
export function toRefusal(tool: SavedTool, because: string, remedy: string): PartReading {
  return { tool, pids: [], partial: [], content: { kind: 'refused', because, remedy } };
}

export const RUN_ON_LINUX = ON_LINUX;
