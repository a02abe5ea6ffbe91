import { readFileSync } from 'node:fs';
import { hrtime } from 'node:process';
import type { CheckedWalk } from '../../collect/bpf/load-walk.ts';
import type { WalkScope } from '../../collect/bpf/kernel-walk.ts';
import type { ProcessFolder } from '../../collect/process-folder.ts';
import { noWalk, toWalkEvidence } from '../../core/classify/walk-evidence.ts';
import type { WalkEvidence } from '../../core/model/evidence.ts';
import type { WalkRow } from '../../core/model/walk.ts';
import type { SourceStatus } from '../../core/model/source.ts';
import type { World } from '../world.ts';

/** A clock that stood still for longer than this while the machine slept does not tell the time of anything before. */
const MOST_SUSPENDED_MS = 1000;

/** The kernel's own walks of one command: the program is loaded when the first is asked for, and let go of at the end. */
export class KernelWalks {
  readonly #world: Pick<World, 'loadWalk' | 'clock'>;
  readonly #deadlineMs: number;
  #load: Promise<CheckedWalk> | null = null;

  /** One walk ends after `deadlineMs`. */
  constructor(world: Pick<World, 'loadWalk' | 'clock'>, deadlineMs: number) {
    this.#world = world;
    this.#deadlineMs = deadlineMs;
  }

  /** Loads it, if that has not begun yet: worth while something else is waited for. */
  prepare(): void {
    this.#load ??= this.#world.loadWalk();
  }

  /** Walks over the descriptors of one process, for when the dead of it died. */
  async over(process: ProcessFolder): Promise<WalkEvidence> {
    return (await this.rowsOf(process)).evidence;
  }

  /** The same with each descriptor as it was at one instant; `walked` is null where there was no walk, and the evidence says why. */
  async rowsOf(process: ProcessFolder): Promise<WalkedRows> {
    const load = await (this.#load ??= this.#world.loadWalk());
    if (load.kind === 'unavailable') {
      const { step, because, remedy } = load.failure;
      return none(noWalk(STATUS_OF[step], because, remedy));
    }
    const { standIn, pid } = process;
    const scope: WalkScope = standIn === null ? { kind: 'process', pid } : { kind: 'thread', tid: standIn };
    const walked = await load.walk.walk(scope, this.#deadlineMs);
    if (walked.kind === 'failed') return none(noWalk('failed', walked.because));
    // A process that it may not see gives no row at all; that does not mean it has no descriptors.
    if (walked.rows.length === 0) return none(noWalk('denied', 'the kernel walked over no descriptor of this process'));
    const clocks = { wallMs: this.#world.clock.nowMs(), monotonicMs: Number(hrtime.bigint()) / 1e6 };
    const evidence = toWalkEvidence(walked.rows, { tookMs: walked.tookMs, clocks: wasSuspended() ? null : clocks });
    return { walked: { rows: walked.rows, isOurNumbering: load.isOurNumbering }, evidence };
  }

  async dispose(): Promise<void> {
    const load = await this.#load;
    if (load?.kind === 'loaded') load.walk.dispose();
  }
}

/** What one walk gave. */
export interface WalkedRows {
  readonly walked: { readonly rows: readonly WalkRow[]; readonly isOurNumbering: boolean } | null;
  readonly evidence: WalkEvidence;
}

function none(evidence: WalkEvidence): WalkedRows {
  return { walked: null, evidence };
}

const STATUS_OF = {
  off: 'skipped',
  calls: 'unavailable',
  types: 'unavailable',
  members: 'unavailable',
  map: 'denied',
  program: 'unavailable',
  link: 'unavailable',
  'self-check': 'failed',
} as const satisfies Record<string, SourceStatus>;

/** Whether the machine has slept since it booted: its monotonic clock then lags behind the time since boot. */
function wasSuspended(): boolean {
  try {
    const uptimeMs = Number(readFileSync('/proc/uptime', 'latin1').split(' ')[0]) * 1000;
    const monotonicMs = Number(hrtime.bigint()) / 1e6;
    return !(Math.abs(uptimeMs - monotonicMs) < MOST_SUSPENDED_MS);
  } catch {
    return true;
  }
}
