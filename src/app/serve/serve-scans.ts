import { join } from 'node:path';
import { pauseAtLeast } from '../../collect/pause.ts';
import { writeTextfile } from '../../collect/write-textfile.ts';
import type { QuotaUse } from '../../core/model/quota.ts';
import { toScanMetrics } from '../../core/metrics/scan-metrics.ts';
import type { Metric } from '../../core/metrics/metric.ts';
import { scan, startSequel } from '../scan/scan.ts';
import { SmallHeap } from '../watch/small-heap.ts';
import type { World } from '../world.ts';
import type { Served } from './served.ts';
import { readUserQuotas } from './user-quotas.ts';

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

/** Of one core, in the long run: with the counting of 500 processes it stays below 1 %. */
const LOOKS_SHARE = 0.003;
/** Quotas of users need a link of every descriptor of the host, which costs more than the scan: once a minute, or less often on a large host. */
const QUOTAS_EVERY_MS = 60_000;
const QUOTAS_SHARE = 0.002;
/** Beyond the share, once: after its start a serve soon knows all of a host of 1,000 processes. */
const START_LOOKS_MS = 5000;
/** A collection of all takes as long as half of the counting: at once only after the look at a large process. */
const COLLECT_EVERY_MS = 60_000;
const LARGE_BYTES = 100 << 20;

/** Scans again and again until it is interrupted. Each scan begins one interval after the one before began, or at once where that took longer. */
export async function serveScans(world: World, request: ServeRequest): Promise<void> {
  const { interrupted, intervalMs } = request;
  const nothing = (): void => undefined;
  let quotas: readonly QuotaUse[] = [];
  let quotasDueAt = -Infinity;
  const nowMs = (): number => world.clock.monotonicMs();
  const sequel = startSequel(world, { eachMs: intervalMs * LOOKS_SHARE, atStartMs: START_LOOKS_MS });
  const heap = new SmallHeap(nowMs(), { everyMs: COLLECT_EVERY_MS, largeBytes: LARGE_BYTES });
  for (let errors = 0; !interrupted.aborted;) {
    const startedAt = nowMs();
    const outcome = await scan(world, {
      withinMs: request.withinMs,
      // A second look would cost a pause in each scan; the next scan is one.
      settleMs: 0,
      min: request.min,
      by: null,
      holding: null,
      holdingText: null,
      withOwners: true,
      withPlaces: true,
      sequel,
      onProgress: nothing,
    });
    if (outcome.kind === 'scanned') {
      if (startedAt >= quotasDueAt) {
        const readAt = nowMs();
        quotas = readUserQuotas(world, request.withinMs);
        quotasDueAt = startedAt + Math.max(QUOTAS_EVERY_MS, (nowMs() - readAt) / QUOTAS_SHARE);
      }
      const { showsPlaces } = request;
      const { oldestAtMs } = sequel.memory;
      const oldestLookMs = oldestAtMs === null ? null : Math.max(0, nowMs() - oldestAtMs);
      const metrics = toScanMetrics(outcome.scan, { errors, showsPlaces, quotas, oldestLookMs });
      const text = await request.render(metrics);
      request.onScan({ scan: outcome.scan, text, atMs: nowMs() });
      request.onTextfile(request.textfile === null ? null : writeTextfile(join(request.textfile, 'fdleak.prom'), text));
    } else {
      errors += 1;
      request.onFailure(outcome.because);
    }
    heap.collectIfDue(nowMs());
    await pauseAtLeast(startedAt + intervalMs - nowMs(), interrupted);
  }
}
