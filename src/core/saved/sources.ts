import type { Source } from '../model/source.ts';
import { speaksOf } from './choose-process.ts';
import { withoutRepeats } from './repeats.ts';
import type { Part, SavedTool } from './part.ts';

const NAME_OF_TOOL = new Map<SavedTool, string>([
  ['lsof', 'lsof'],
  ['lsof-fields', 'lsof'],
  ['lsof-json', 'lsof'],
  ['busybox-lsof', 'busybox-lsof'],
  ['proc-fd-listing', 'proc-fd'],
  ['proc-net', 'proc-net'],
  ['ss', 'ss'],
  ['netstat', 'netstat'],
  ['lsfd', 'lsfd'],
  ['lsfd-json', 'lsfd'],
  ['prlimit', 'prlimit'],
]);

/** What each saved listing counted, by the names that sources have at a living process; of two of one name the larger. */
export function toSavedSources(parts: readonly Part[], pid: number | null): readonly Source[] {
  const largest = new Map<string, Part>();
  for (const part of parts) {
    const name = NAME_OF_TOOL.get(part.tool);
    if (name === undefined || !speaksOf(part, pid)) continue;
    const before = largest.get(name);
    if (before === undefined || part.lines > before.lines) largest.set(name, part);
  }
  return [...largest].map(([name, part]) => toSource(name, part, pid));
}

const BLANK = { descriptors: null, sockets: null, matched: null, unmatched: null, tookMs: null } as const;

function toSource(name: string, part: Part, pid: number | null): Source {
  const { content, partial, isWhole } = part;
  const status = isWhole ? 'read' : 'partial';
  const base: Source = { ...BLANK, name, status, because: isWhole ? null : partial.join('; ') };
  if (content.kind === 'sockets') {
    const held = content.rows.filter(({ holders }) => holders.some((holder) => holder.pid === pid));
    return content.hasOwners ? { ...base, sockets: held.length, matched: held.length, unmatched: 0 } : base;
  }
  if (content.kind !== 'descriptors') return base;
  const rows = withoutRepeats(content.rows.filter((row) => pid === null || row.pid === null || row.pid === pid));
  const sockets = rows.flatMap(({ socket }) => socket ?? []);
  const knows = sockets.length > 0 && sockets.every(({ listed }) => listed !== null);
  const matched = sockets.filter(({ listed }) => listed === true).length;
  return {
    ...base,
    descriptors: rows.length,
    sockets: sockets.length,
    matched: knows ? matched : null,
    unmatched: knows ? sockets.length - matched : null,
  };
}
