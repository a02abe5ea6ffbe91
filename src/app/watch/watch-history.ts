import { statSync } from 'node:fs';
import { attempt } from '../../collect/proc-fs.ts';
import { isSameProcess, readBootId } from '../../collect/process-identity.ts';
import { readMatch } from '../../collect/targets.ts';
import type { AlertRecord, Owner, TickRecord } from '../../core/model/history.ts';
import type { Life } from '../../core/model/life.ts';
import { recallTurnover } from '../../core/history/recall-turnover.ts';
import type { Recalled } from '../../core/history/turnover-book.ts';
import type { Sample } from '../../core/model/sample.ts';
import type { HistoryStatus } from '../../core/model/watch.ts';
import type { BufferedHistory } from '../../store/buffered-history.ts';
import type { HistoryReader } from '../../store/reader.ts';
import type { World } from '../world.ts';
import type { Stored } from './recent-history.ts';
import { formatCount } from '../../core/words/numbers.ts';

const DAY_MS = 86_400_000;
/** What is read back of the past at the start. */
const SAMPLES_BACK = 1500;
const MOST_WAITING = 8640;
const MOST_TICKS_BETWEEN_TRIES = 32;

/** What a watch before this one left in the file. */
export interface Past extends Stored {
  readonly lastSample: Sample | null;
  readonly openLives: readonly Life[];
  readonly turnover: Recalled | null;
  readonly lastLife: number;
  readonly openAlerts: readonly AlertRecord[];
}

/** The history of a watch, or the lack of one. */
export interface WatchHistory {
  readonly past: Past | null;
  /** Numbers for segments and lives go on after these; a file that could not be read may hold any, so they are then of the clock. */
  readonly lastSegment: number;
  readonly lastLife: number;
  add(tick: TickRecord): Promise<HistoryStatus>;
  close(): Promise<HistoryStatus>;
  /** Whether the file is another than at the last call: then it lacks the present segment. */
  takeFresh(): boolean;
}

export type HistoryOpening =
  | { readonly kind: 'kept'; readonly kept: WatchHistory }
  | { readonly kind: 'owned'; readonly pid: number };

export interface HistoryRequest {
  readonly path: string;
  /** How long raw samples are kept. */
  readonly retainMs: number;
  readonly intervalMs: number;
  /** Whether this process writes many. */
  readonly isOfMany: boolean;
}

/** A watch without a history. */
export const WITHOUT_HISTORY: WatchHistory = {
  past: null,
  lastSegment: 0,
  lastLife: 0,
  add: async () => NO_HISTORY,
  close: async () => NO_HISTORY,
  takeFresh: () => false,
};

export const NO_HISTORY: HistoryStatus = { path: null, sizeBytes: null, waiting: 0, dropped: 0, trouble: null };

/**
 * Opens the history at `path` and reads what is needed to go on. A corrupt file, or one whose times are days ahead of the clock,
 * is set aside and a new one begun; one that cannot be
 * opened yet is tried again while the watch runs. Only a file that another watch writes is refused.
 */
export async function openWatchHistory(
  world: World,
  { path, retainMs, intervalMs, isOfMany }: HistoryRequest,
): Promise<HistoryOpening> {
  const [{ openWriter, setAside }, { BufferedHistory }, { DEFAULT_RETENTION }] = await Promise.all([
    import('../../store/open-history.ts'),
    import('../../store/buffered-history.ts'),
    import('../../store/retention.ts'),
  ]);
  let isFresh = false;
  let isCorrupt = false;
  let aside: string | null = null;
  const open: ConstructorParameters<typeof BufferedHistory>[1]['open'] = async () => {
    const options = {
      owner: toOwner(world),
      isRunning: (owner: Owner) => isRunning(world, owner),
      keep: { ...DEFAULT_RETENTION, samplesMs: retainMs },
      isOfMany,
    };
    let opened = isCorrupt ? null : await openWriter(path, options);
    if (opened === null || (opened.kind === 'fault' && opened.is === 'corrupt')) {
      aside = `the file was corrupt and is now ${setAside(path, world.clock.nowMs())}`;
      isCorrupt = false;
      opened = await openWriter(path, options);
    } else if (opened.kind === 'opened') {
      const aheadMs = (readLastAt(opened.history.stored) ?? 0) - world.clock.nowMs();
      if (aheadMs > DAY_MS) {
        opened.history.close();
        const days = formatCount(Math.round(aheadMs / DAY_MS), 'day', 'days');
        aside = `the file is ${days} ahead of the clock and is now ${setAside(path, world.clock.nowMs(), 'ahead')}`;
        opened = await openWriter(path, options);
      }
    }
    isFresh ||= opened.kind === 'opened' && opened.isNew;
    return opened;
  };
  const opened = await open();
  if (opened.kind === 'owned') return { kind: 'owned', pid: opened.pid };
  const writer = opened.kind === 'opened' ? opened.history : null;
  // What the first tick stores in a new file is all there is.
  if (writer !== null) isFresh = false;
  const past = writer === null ? null : readPast(writer.stored, intervalMs);
  const history = new BufferedHistory(writer, {
    open,
    mostWaiting: MOST_WAITING,
    mostTicksBetweenTries: MOST_TICKS_BETWEEN_TRIES,
  });
  const nowMs = world.clock.nowMs();
  let adds = 0;
  let sizeBytes = measureBytes(path);
  const toStatus = (keeping: ReturnType<BufferedHistory['keeping']>): HistoryStatus => {
    if (adds++ % 60 === 0) sizeBytes = measureBytes(path);
    isCorrupt = keeping.fault?.kind === 'fault' && keeping.fault.is === 'corrupt';
    return {
      path,
      sizeBytes,
      waiting: keeping.waiting,
      dropped: keeping.dropped,
      trouble: keeping.fault === null ? aside : sayFault(keeping.fault),
    };
  };
  return {
    kind: 'kept',
    kept: {
      past,
      lastSegment: past?.segments.at(-1)?.id ?? (writer === null ? Math.floor(nowMs / 1000) : 0),
      lastLife: past?.lastLife ?? (writer === null ? nowMs : 0),
      add: async (tick) => toStatus(await history.add(tick)),
      close: async () => {
        const keeping = await history.close();
        // Closed, the log has gone into the file.
        adds = 0;
        return toStatus(keeping);
      },
      takeFresh: () => {
        const was = isFresh;
        isFresh = false;
        return was;
      },
    },
  };
}

/** The file and its log; null where there is none. */
function measureBytes(path: string): number | null {
  const sizes = ['', '-wal'].flatMap((end) => {
    const stat = attempt(path + end, (file) => statSync(file));
    return stat.kind === 'read' ? stat.value.size : [];
  });
  return sizes.length === 0 ? null : sizes.reduce((sum, size) => sum + size, 0);
}

function sayFault(fault: NonNullable<ReturnType<BufferedHistory['keeping']>['fault']>): string {
  return fault.kind === 'owned' ? `process ${fault.pid} is writing it` : fault.because;
}

function toOwner({ proc }: World): Owner {
  return {
    pid: process.pid,
    startTicks: readMatch(proc, process.pid)?.startTicks ?? 0,
    bootId: readBootId(proc) ?? '',
  };
}

function isRunning({ proc }: World, { pid, startTicks, bootId }: Owner): boolean {
  return bootId === (readBootId(proc) ?? '') && isSameProcess(proc, pid, startTicks);
}

function readLastAt(stored: HistoryReader): number | null {
  const last = stored.snapshot((history) => history.lastSample()?.at ?? null);
  return last.kind === 'read' ? last.value : null;
}

function readPast(stored: HistoryReader, intervalMs: number): Past | null {
  const read = stored.snapshot((history): Past | null => {
    const lastSample = history.lastSample();
    if (lastSample === null) return null;
    const samplesFrom = lastSample.at - SAMPLES_BACK * intervalMs;
    const rollupsFrom = lastSample.at - 14 * DAY_MS;
    const segments = history.segments();
    const samples = history.samples(samplesFrom);
    const rollups = history.rollups(rollupsFrom, samplesFrom);
    return {
      lastSample,
      segments,
      samples,
      rollups,
      turnover: recallTurnover({ segments, samples, rollups, lives: history.lives({ by: 'all' }) }),
      gaps: history.events(rollupsFrom).filter((event) => event.kind === 'gap'),
      openLives: history.lives({ by: 'open' }),
      lastLife: history.lastLife(),
      openAlerts: history.alerts(lastSample.at).filter(({ resolvedAt }) => resolvedAt === null),
    };
  });
  return read.kind === 'read' ? read.value : null;
}
