import { readHostProcesses } from '../../collect/host-processes.ts';
import { readUserNames } from '../../collect/user-names.ts';
import { SharedTables } from '../../collect/network-tables.ts';
import type { ProcFs } from '../../collect/proc-fs.ts';
import { Deadline } from '../../collect/deadline.ts';
import { KnownProcesses } from '../../collect/known-processes.ts';
import { ProcessOwners } from '../../collect/process-owners.ts';
import { SharedProc } from '../../collect/shared-proc.ts';
import type { Scan } from '../../core/model/scan.ts';
import type { Grouping } from '../../core/model/scan-group.ts';
import type { ScannedProcess } from '../../core/model/scanned-process.ts';
import { chooseLooks, type PlainProcess } from '../../core/scan/choose.ts';
import { groupProcesses } from '../../core/scan/group.ts';
import type { Holding } from '../../core/scan/holding.ts';
import { byWeight, countStandings } from '../../core/scan/standing.ts';
import type { World } from '../world.ts';
import { type HostSight, noSight, readHostSight } from './host-sight.ts';
import { lookAtMany, type Looked, type LooksBudget, type Sequel } from './look-at-many.ts';
import { RememberedLooks } from './remembered-looks.ts';
import { ScanRows } from './scan-rows.ts';

export interface ScanRequest {
  /** How long it may take in all. */
  readonly withinMs: number;
  /** Pause before the doubtful are looked at again, once for all; 0: they are not. */
  readonly settleMs: number;
  /** Processes with fewer descriptors are counted only, unless they are near their limit. */
  readonly min: number;
  readonly by: Grouping | null;
  readonly holding: Holding | null;
  /** As it was asked for. */
  readonly holdingText: string | null;
  /** Whether it is wanted whose each process is: user, unit, container. */
  readonly withOwners: boolean;
  /** Whether it is wanted what those hold too in whom nothing can be accused: they are looked at while there is time. */
  readonly withPlaces: boolean;
  /** null: it is the only one. */
  readonly sequel: Sequel | null;
  readonly onProgress: (what: string) => void;
}

export type ScanOutcome =
  | { readonly kind: 'scanned'; readonly scan: Scan }
  | { readonly kind: 'failed'; readonly because: string };

/** Before the first of several scans. With a `budget` their looks are bounded, else by the time of each scan alone. */
export function startSequel({ clock }: World, budget: LooksBudget | null): Sequel {
  return {
    memory: new RememberedLooks(budget?.atStartMs),
    earlier: { owners: new ProcessOwners(() => clock.monotonicMs()), known: new KnownProcesses() },
    rows: new ScanRows(),
    budget,
  };
}

/**
 * Counts the descriptors of every process, as any user may, and looks at those that deserve it, the nearest to their limits first, until
 * the time is over. The socket tables of each namespace are read once for all.
 */
export async function scan(world: World, request: ScanRequest): Promise<ScanOutcome> {
  const startedAt = world.clock.monotonicMs();
  const takenAt = new Date(world.clock.nowMs()).toISOString();
  const proc = new SharedProc(world.proc.root);
  const { earlier, rows } = request.sequel ?? startSequel(world, null);
  // The kernel walks while the processes are counted.
  const seeing = see(world, request);
  const counted = await readHostProcesses(proc, request.withOwners ? earlier : null);
  const sight = await seeing;
  if (counted === null) {
    sight.dispose();
    return { kind: 'failed', because: '/proc cannot be listed: is it mounted?' };
  }
  // Who is asked for by what it holds may be small.
  const { chosen, plain, small } = chooseLooks(counted, request.holding === null ? request.min : 0, sight.glances);
  const network = new SharedTables(
    () => world.clock.monotonicMs(),
    startedAt + request.withinMs,
    (pid) => sight.glances?.get(pid)?.isAtHome === true,
  );
  const shared = { ...world, proc, network, loadWalk: sight.loadWalk };
  request.onProgress(`looking at ${chosen.length} of ${counted.length} processes`);
  const others = request.withPlaces ? plain.filter(({ process }) => (process.open ?? 0) >= request.min) : [];
  const order = [...chosen, ...others.map(({ process }) => process)];
  const { looks, unlooked } = partLooks(await lookAtMany(shared, order, { ...request, startedAt }), plain);
  sight.dispose();
  rows.begin(request.withOwners ? readUserNames() : new Map());
  const all = [
    ...small.map((one) => rows.ofSmall(one)),
    ...unlooked.map((one) => rows.ofPlain(one)),
    ...looks.flatMap((one) => rows.ofLooked(one) ?? []),
  ];
  const processes = request.holding === null ? all.sort(byWeight) : all.filter(holdsSome).sort(byHolding);
  const tally = (kind: Looked['kind']): number => looks.filter((one) => one.kind === kind).length;
  const denied = looks.filter((one) => one.kind === 'seen' && one.isDenied).length;
  return {
    kind: 'scanned',
    scan: {
      schema: 'fdleak.scan/1',
      version: world.version,
      host: world.host,
      takenAt,
      tookMs: world.clock.monotonicMs() - startedAt,
      options: {
        withinMs: request.withinMs,
        settleMs: request.settleMs,
        min: request.min,
        by: request.by,
        holding: request.holdingText,
      },
      machine: readMachine(proc),
      summary: {
        processes: all.length,
        standings: countStandings(all),
        looked: tally('seen') - denied + unlooked.length,
        plain: unlooked.length,
        small: small.length,
        notReached: tally('not-reached'),
        denied: denied + tally('unobservable'),
        ended: tally('ended'),
        // Process 1 is always there: a /proc that does not show it hides others, and nobody can say how many.
        hidden: counted.some(({ pid }) => pid === 1) ? 0 : null,
      },
      processes,
      groups: request.by === null ? null : groupProcesses(processes, request.by),
    },
  };
}

/** The share of the time that a walk over the host may take: it is worth more than all looks that the rest is enough for. */
const FOR_WALK = 0.75;

/** What may be asked of many descriptors needs looks, and a serve that looks at few in each round has memories instead. */
async function see(world: World, { withinMs, holding, sequel }: ScanRequest): Promise<HostSight> {
  if (holding !== null || (sequel !== null && sequel.budget !== null)) return noSight(world);
  return await readHostSight(world, new Deadline(() => world.clock.monotonicMs(), FOR_WALK * withinMs));
}

interface Parted {
  readonly looks: readonly Looked[];
  /** Of whom the walk alone tells. */
  readonly unlooked: readonly PlainProcess[];
}

/** Who was not reached in time, and is known by the walk to be plain, needed no look. */
function partLooks(looks: readonly Looked[], plain: readonly PlainProcess[]): Parted {
  if (plain.length === 0) return { looks, unlooked: [] };
  const reached = new Set(looks.flatMap((one) => (one.kind === 'not-reached' ? [] : [one.process.pid])));
  const unlooked = plain.filter(({ process }) => !reached.has(process.pid));
  const told = new Set(unlooked.map(({ process }) => process.pid));
  return { looks: looks.filter(({ process }) => !told.has(process.pid)), unlooked };
}

function holdsSome({ holding }: ScannedProcess): boolean {
  return holding !== null && holding > 0;
}

function byHolding(a: ScannedProcess, b: ScannedProcess): number {
  return (b.holding ?? 0) - (a.holding ?? 0) || byWeight(a, b);
}

/** @see proc_sys_fs(5), file-nr */
function readMachine(proc: ProcFs): Scan['machine'] {
  const text = proc.text('sys/fs/file-nr');
  const [open, , most] = text.kind === 'read' ? text.value.trim().split(/\s+/).map(Number) : [];
  return { open: open ?? null, most: most ?? null };
}
