import type { Evidence } from '../model/evidence.ts';
import type { Capability, Level, Missing } from '../model/source.ts';
import type { Part } from './part.ts';
import { whyMissing } from './tables.ts';

/** How much saved listings show, and which listing would show the rest. */
export function toSavedCapability(
  parts: readonly Part[],
  { open, tables, probes }: Evidence,
  isWhole: boolean,
): Capability {
  const missing: Missing[] = [];
  for (const { tool, content, firstLine, lastLine } of parts) {
    if (content.kind === 'refused')
      missing.push({
        source: tool,
        what: `${tool}, lines ${firstLine} to ${lastLine}`,
        because: content.because,
        remedy: content.remedy,
      });
  }
  if (open.kind !== 'read')
    missing.push({
      source: 'proc-fd',
      what: 'the descriptors',
      because: 'nothing that was saved lists them',
      remedy: 'also save one of these: lsof -nP -p PID, or ls -l /proc/PID/fd',
    });
  else if (!isWhole)
    missing.push({
      source: 'proc-fd',
      what: 'some descriptors',
      because: whyPartial(parts),
      remedy: 'save the whole listing, unfiltered: lsof -nP -p PID',
    });
  if (open.kind === 'read' && (tables.own === null || tables.own.missing.length > 0))
    missing.push({
      source: 'proc-net',
      what: 'the socket tables',
      because: whyMissing(parts),
      remedy: 'also save one of these, in the namespace of the process: lsof -nP -p PID, ss -tanpe, or netstat -anpe',
    });
  return { level: levelOf({ open, tables, probes }), missing, leftOut: null, walk: null };
}

function levelOf({ open, tables, probes }: Pick<Evidence, 'open' | 'tables' | 'probes'>): Level {
  if (open.kind !== 'read') return 'count';
  if (tables.own === null || tables.own.missing.length > 0) return 'kinds';
  return probes.looks.size > 0 ? 'autopsy' : 'sockets';
}

function whyPartial(parts: readonly Part[]): string {
  const reasons = new Set(parts.flatMap(({ content, partial }) => (content.kind === 'descriptors' ? partial : [])));
  return reasons.size === 0 ? 'no listing that was saved is known to be whole' : [...reasons].join('; ');
}
