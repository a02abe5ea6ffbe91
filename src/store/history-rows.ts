import type { AlertRecord, HistoryEvent } from '../core/model/history.ts';
import type { Segment } from '../core/model/segment.ts';
import { BrokenRow, type Row } from './row.ts';

const CAUSES = ['first-look', 'restart', 'exec', 'limit-changed', 'pid-reused', 'boot'] as const;

export function toSegment(row: Row): Segment {
  return {
    id: row.int(0),
    from: row.int(1),
    because: toOneOf(CAUSES, row.text(2)),
    pid: row.int(3),
    startTicks: row.int(4),
    bootId: row.text(5),
    comm: row.text(6),
    exe: row.maybeText(7),
    soft: row.limit(8),
    hard: row.limit(9),
  };
}

export function toEvent(row: Row): HistoryEvent {
  const at = row.int(0);
  const because = row.text(5);
  const kind = toOneOf(['segment', 'gap', 'note'] as const, row.text(1));
  if (kind === 'segment') return { kind, at, segment: row.int(2), because };
  if (kind === 'gap') return { kind, at, from: row.int(3), until: row.int(4), because };
  return { kind, at, because };
}

export function toAlert(row: Row): AlertRecord {
  return {
    id: row.text(0),
    rule: row.text(1),
    severity: toOneOf(['warning', 'critical'] as const, row.text(2)),
    openedAt: row.int(3),
    resolvedAt: row.maybeInt(4),
    lastNotifiedAt: row.maybeInt(5),
    because: row.text(6),
  };
}

function toOneOf<T extends string>(known: readonly T[], found: string): T {
  const match = known.find((one) => one === found);
  if (match === undefined) throw new BrokenRow(`${found} is not one of ${known.join(', ')}`);
  return match;
}
