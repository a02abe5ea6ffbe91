import type { HistoryEvent } from '../model/history.ts';
import type { Segment, SegmentCause, SegmentKey } from '../model/segment.ts';

/** The segment a tick belongs to; `begun` where it is the first of it. */
export interface Placed {
  readonly segment: Segment;
  readonly begun: { readonly event: HistoryEvent; readonly isOtherProcess: boolean } | null;
}

/** Cuts the time of a watch into segments. */
export class Segments {
  #lastId: number;
  #current: Segment | null;

  /** `current` is the last segment of a watch before this one. */
  constructor(lastId: number, current: Segment | null) {
    this.#lastId = lastId;
    this.#current = current;
  }

  get current(): Segment | null {
    return this.#current;
  }

  place(at: number, now: SegmentKey): Placed {
    const before = this.#current;
    const because = before === null ? 'first-look' : whyNew(before, now);
    if (before !== null && because === null) return { segment: before, begun: null };
    this.#lastId += 1;
    const segment: Segment = { ...now, id: this.#lastId, from: at, because: because ?? 'first-look' };
    this.#current = segment;
    const event = { kind: 'segment', at, segment: segment.id, because: formatCause(before, segment) } as const;
    return { segment, begun: { event, isOtherProcess: segment.because !== 'limit-changed' } };
  }
}

function whyNew(before: Segment, now: SegmentKey): SegmentCause | null {
  if (before.bootId !== now.bootId) return 'boot';
  if (before.startTicks !== now.startTicks) return before.pid === now.pid ? 'pid-reused' : 'restart';
  if (before.pid !== now.pid) return 'restart';
  if (before.exe !== null && now.exe !== null && before.exe !== now.exe) return 'exec';
  if (before.soft !== null && now.soft !== null && (before.soft !== now.soft || before.hard !== now.hard))
    return 'limit-changed';
  return null;
}

function formatCause(before: Segment | null, { because, pid, comm, exe, soft }: Segment): string {
  const who = `process ${pid} (${comm})`;
  const words: Record<SegmentCause, string> = {
    'first-look': `first look at ${who}`,
    restart: `restart: ${who} replaces ${before?.pid ?? '?'}`,
    exec: `exec: ${who} now runs ${exe ?? '?'} instead of ${before?.exe ?? '?'}`,
    'limit-changed': `the soft limit of ${who} was ${before?.soft ?? '?'} and is ${soft ?? '?'}`,
    'pid-reused': `pid ${pid} was reused: it is now ${comm}`,
    boot: `the machine was booted: ${who}`,
  };
  return words[because];
}
