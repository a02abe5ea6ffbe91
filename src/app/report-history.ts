import { findCollector } from '../collect/garbage-collector.ts';
import { isSameProcess, readBootId } from '../collect/process-identity.ts';
import { SUSPECT_VERDICTS } from '../core/classify/verdict-info.ts';
import { concludeWatch } from '../core/history/conclude-watch.ts';
import { findLimitRun } from '../core/history/find-limit-run.ts';
import { recallTurnover, type Remembered } from '../core/history/recall-turnover.ts';
import { toSeries } from '../core/history/to-series.ts';
import { TurnoverBook } from '../core/history/turnover-book.ts';
import type { Life } from '../core/model/life.ts';
import type { HistoryReport, Series } from '../core/model/report.ts';
import type { Sample } from '../core/model/sample.ts';
import type { Trend, TrendInput } from '../core/model/trend.ts';
import type { JudgedPlace } from '../core/model/turnover.ts';
import { judgePlaces } from '../core/trend/judge-places.ts';
import { measureTrends } from '../core/trend/measure-trends.ts';
import type { HistoryFault } from '../store/fault.ts';
import type { HistoryReader } from '../store/reader.ts';
import { toHistoryHelper } from './history-helper.ts';
import type { World } from './world.ts';

export interface ReportRequest {
  readonly path: string;
  /** From this moment on, or so long before the end; null: from the beginning. */
  readonly since: { readonly at: number } | { readonly lastMs: number } | null;
  /** The life of one descriptor number or inode in place of all suspects. */
  readonly descriptor: string | null;
}

export type Reported =
  | {
      readonly kind: 'reported';
      readonly report: HistoryReport;
      readonly samples: readonly Sample[];
      readonly live: boolean;
    }
  | HistoryFault;

/** A day of one each second. */
const MANY_SAMPLES = 86_400;
/** Bins of a chart: more than most terminals have columns, and no more than there are values. */
const MOST_BINS = 240;
/** Places that are drawn one on the other. */
const MOST_DRAWN = 10;
const ORPHAN_AGE_MS = 600_000;

/** Reads what a watch saw, of one moment, also while it writes. */
export async function reportHistory(world: World, request: ReportRequest): Promise<Reported> {
  const { openReader } = await import('../store/open-history.ts');
  const opened = await openReader(request.path, toHistoryHelper(world));
  if (opened.kind !== 'opened') return opened;
  const { history, live } = opened;
  try {
    const read = history.snapshot((reader) => toReport(world, reader, request));
    // The rows behind it are no longer needed, and V8 would let them lie while there is room.
    if (read.kind === 'read' && read.value.report.samples >= MANY_SAMPLES) findCollector()();
    return read.kind === 'read' ? { kind: 'reported', ...read.value, live } : read;
  } finally {
    history.close();
  }
}

/** All that is kept, and what it comes to: what is asked for may be a part of it, what stands does not depend on that. */
interface Whole extends Omit<Remembered, 'lives'> {
  readonly begin: number | null;
  readonly last: Sample | null;
  readonly gaps: TrendInput['gaps'];
  readonly now: TrendInput['now'];
}

function readWhole(history: HistoryReader): Whole {
  const segments = history.segments();
  const last = history.lastSample();
  return {
    segments,
    samples: history.samples(0),
    rollups: history.rollups(0, Number.MAX_SAFE_INTEGER),
    begin: segments[0]?.from ?? null,
    last,
    gaps: history.events(0).filter((event) => event.kind === 'gap'),
    now: { open: last?.open ?? 0, soft: last?.soft ?? null },
  };
}

function toReport(
  world: World,
  history: HistoryReader,
  { path, since, descriptor }: ReportRequest,
): { report: HistoryReport; samples: readonly Sample[] } {
  const whole = readWhole(history);
  const { begin, segments, gaps, now } = whole;
  const until = whole.last?.at ?? null;
  const from = Math.max(begin ?? 0, toMoment(since, until));
  const samples = whole.samples.filter(({ at }) => at >= from);
  const used = { samples, rollups: whole.rollups.filter(({ at }) => at >= from) };
  const trends = measureTrends({ segments, ...used, gaps, now });
  const places = judgeWhole(history, whole, from > (begin ?? 0) ? null : trends);
  // What is open at the end was last seen then.
  const lives = findLives(history, descriptor).filter(({ lastSeen }) => (lastSeen ?? until ?? 0) >= from);
  const orphans = lives.filter(isOpenOrphan);
  const oldOrphans = orphans.filter(({ verdicts }) => isOld(verdicts, until ?? 0)).length;
  const count = samples.length + sumEarlier(used.rollups, samples[0]?.at ?? Infinity);
  const leak = oldOrphans > 0 || places.some(({ judgement }) => judgement === 'leak');
  const atLimit = findLimitRun(whole.samples);
  const facts = { atLimit, leak, samples: count, isSeen: hasLooks(used), youngOrphans: orphans.length - oldOrphans };
  const span = { since: from, until: until ?? from, bins: toBins(used) };
  const draw = (line: Pick<Series, 'of' | 'subject'>): Series => toSeries(line, used, span);
  const report: HistoryReport = {
    version: world.version,
    path,
    sizeBytes: history.sizeBytes(),
    writer: findWriter(world, history),
    since: begin === null ? null : from,
    until,
    samples: count,
    segments,
    events: history.events(from),
    alerts: history.alerts(from),
    suspects: lives,
    trends,
    places,
    series: trends.filter(isDrawn).map(draw),
    placeSeries: places.slice(0, MOST_DRAWN).map(toDrawnPlace).map(draw),
    oldOrphans,
    ...now,
    atLimit,
    leak,
    conclusion: concludeWatch({ ...facts, trends, places }),
  };
  return { report, samples };
}

/** Places by all that is kept; `trends` are those of the whole where they are known. */
function judgeWhole(history: HistoryReader, whole: Whole, trends: readonly Trend[] | null): JudgedPlace[] {
  const recalled = recallTurnover({ ...whole, lives: history.lives({ by: 'all' }) });
  if (recalled === null) return [];
  const until = whole.last?.at ?? recalled.startedAt;
  const book = new TurnoverBook();
  book.resume(recalled);
  const open = recalled.lives.filter(({ lastSeen }) => lastSeen === null);
  return judgePlaces(book.measure(until, open), trends ?? measureTrends(whole), {
    watchedMs: until - recalled.startedAt,
    isAtLimit: findLimitRun(whole.samples) !== null,
  });
}

const isDrawn = ({ of, subject, growth }: Trend): boolean =>
  of === 'total' || growth === 'growing' || isSuspectVerdict(subject);

const toDrawnPlace = ({ place }: JudgedPlace) => ({ of: 'place', subject: place }) as const;

function toBins({ samples, rollups }: Pick<TrendInput, 'samples' | 'rollups'>): number {
  return Math.max(1, Math.min(MOST_BINS, samples.length + rollups.length));
}

/** Whether descriptors were seen, and not only counted. */
function hasLooks({ samples, rollups }: Pick<TrendInput, 'samples' | 'rollups'>): boolean {
  return samples.some(({ full }) => full !== null) || rollups.some(({ fullLooks }) => fullLooks > 0);
}

function toMoment(since: ReportRequest['since'], until: number | null): number {
  if (since === null) return 0;
  return 'at' in since ? since.at : (until ?? 0) - since.lastMs;
}

/** Suspects; or of one number, which may be that of a descriptor or of an inode: both are looked for. */
function findLives(history: HistoryReader, descriptor: string | null): Life[] {
  if (descriptor === null) return history.lives({ by: 'suspect' });
  const byInode = history.lives({ by: 'inode', inode: descriptor });
  const known = new Set(byInode.map(({ id }) => id));
  const byFd = history.lives({ by: 'fd', fd: Number(descriptor) }).filter(({ id }) => !known.has(id));
  return [...byInode, ...byFd];
}

function findWriter({ proc }: World, history: HistoryReader): number | null {
  const owner = history.owner();
  if (owner === null || owner.bootId !== readBootId(proc)) return null;
  return isSameProcess(proc, owner.pid, owner.startTicks) ? owner.pid : null;
}

/** Samples that only their roll-ups are left of. */
function sumEarlier(
  rollups: readonly { readonly at: number; readonly samples: number }[],
  firstSample: number,
): number {
  return rollups.reduce((sum, { at, samples }) => (at < firstSample ? sum + samples : sum), 0);
}

function isSuspectVerdict(subject: string): boolean {
  return SUSPECT_VERDICTS.some((verdict) => verdict === subject);
}

function isOpenOrphan({ lastSeen, verdicts }: Life): boolean {
  return lastSeen === null && verdicts.at(-1)?.verdict === 'orphaned';
}

function isOld(verdicts: Life['verdicts'], until: number): boolean {
  return until - (verdicts.at(-1)?.at ?? until) >= ORPHAN_AGE_MS;
}
