import { join } from 'node:path';
import { pauseAtLeast } from '../../collect/pause.ts';
import { writeTextfile } from '../../collect/write-textfile.ts';
import { Deadline } from '../../collect/deadline.ts';
import { readQuotas } from '../../collect/quotas.ts';
import type { QuotaUse } from '../../core/model/quota.ts';
import { toScanMetrics } from '../../core/metrics/scan-metrics.ts';
import type { Metric } from '../../core/metrics/metric.ts';
import type { Scan } from '../../core/model/scan.ts';
import { RememberedLooks } from '../scan/remembered-looks.ts';
import { scan } from '../scan/scan.ts';
import { SmallHeap } from '../watch/small-heap.ts';
import { callsOf, type World } from '../world.ts';

export interface ServeRequest {
  readonly intervalMs: number;
  /** How long one scan may take. */
  readonly withinMs: number;
  readonly min: number;
  /** Whether places, which name paths and peers, are told. */
  readonly showsPlaces: boolean;
  /** The folder of a textfile collector; null: none. */
  readonly textfile: string | null;
  readonly interrupted: AbortSignal;
  readonly render: (metrics: readonly Metric[]) => Promise<string>;
  /** Told of each scan, with its metrics as text. */
  readonly onScan: (served: Served) => void;
  /** Told after each scan why the textfile could not be written; null: it was, or there is none. */
  readonly onTextfile: (because: string | null) => void;
  readonly onFailure: (because: string) => void;
}

/** One scan, as it is handed out until the next. */
export interface Served {
  readonly scan: Scan;
  readonly text: string;
  readonly atMs: number;
}

/** A scan this many intervals old is stale: what it says may be over. */
const STALE_INTERVALS = 3;
/** Of one core, in the long run: with the counting of 500 processes it stays about 1 %. */
const LOOKS_SHARE = 0.005;
/** Quotas of users take a link of every descriptor of the host, which would cost more than the scan. */
const QUOTAS_EVERY_MS = 60_000;

/** Scans again and again until it is interrupted. Each scan begins one interval after the one before began, or at once where that took longer. */
export async function serveScans(world: World, request: ServeRequest): Promise<void> {
  const { interrupted, intervalMs } = request;
  const nothing = (): void => undefined;
  let quotas: readonly QuotaUse[] = [];
  let quotasDueAt = -Infinity;
  const memory = new RememberedLooks();
  // Between scans there is time: what one leaves behind is gone before the next.
  const heap = new SmallHeap(world.clock.monotonicMs(), 0);
  for (let errors = 0; !interrupted.aborted;) {
    const startedAt = world.clock.monotonicMs();
    const outcome = await scan(world, {
      withinMs: request.withinMs,
      // A second look would cost a pause in each scan; the next scan is one.
      settleMs: 0,
      min: request.min,
      by: null,
      holding: null,
      holdingText: null,
      withOwners: true,
      sequel: { memory, budgetMs: intervalMs * LOOKS_SHARE },
      onProgress: nothing,
    });
    if (outcome.kind === 'scanned') {
      if (startedAt >= quotasDueAt) {
        quotas = readUserQuotas(world, request.withinMs);
        quotasDueAt = startedAt + QUOTAS_EVERY_MS;
      }
      const { showsPlaces } = request;
      const { oldestAtMs } = memory;
      const oldestLookMs = oldestAtMs === null ? null : Math.max(0, world.clock.monotonicMs() - oldestAtMs);
      const metrics = toScanMetrics(outcome.scan, { errors, showsPlaces, quotas, oldestLookMs });
      const text = await request.render(metrics);
      request.onScan({ scan: outcome.scan, text, atMs: world.clock.monotonicMs() });
      request.onTextfile(request.textfile === null ? null : writeTextfile(join(request.textfile, 'fdleak.prom'), text));
    } else {
      errors += 1;
      request.onFailure(outcome.because);
    }
    heap.collectIfDue(world.clock.monotonicMs());
    await pauseAtLeast(startedAt + intervalMs - world.clock.monotonicMs(), interrupted);
  }
}

/** Users who have none are left out, and those of whom a process could not be read: they have more than was counted. */
function readUserQuotas(world: World, withinMs: number): QuotaUse[] {
  const deadline = new Deadline(() => world.clock.monotonicMs(), withinMs);
  const request = { pid: null, uid: null, isThorough: false, deadline, calls: () => callsOf(world) };
  return readQuotas(world.proc, request).flatMap(({ name, uid, limit, used, unread }) =>
    uid === null || limit === null || used === null || used === 0 || unread !== 0 ? [] : [{ name, limit, used, uid }],
  );
}

/** Whether a scan may still be handed out. */
export function isFresh(served: Served | null, nowMs: number, intervalMs: number): served is Served {
  return served !== null && nowMs - served.atMs <= STALE_INTERVALS * intervalMs;
}
