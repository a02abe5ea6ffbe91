import type { RunTool } from '../../collect/tool.ts';
import { fdKey } from '../../core/model/facts.ts';
import type { World } from '../world.ts';
import { type LeanLook, type LeanSight, lookLean, type Orphans } from './lean-look.ts';

/** A full look may take this part of one core. */
const MOST_OF_A_CORE = 0.01;
/** The cost is the second lowest of so many looks: the first ones, and those that met a busy machine, cost more. */
const COSTS = 5;
/** A socket that is over stays over, unless its program connects it anew: all are asked again at every so manyth look. */
const ASK_AGAIN_EVERY = 10;
const SS_EVERY_MS = 120_000;
const SS_DEADLINE_MS = 5000;

/**
 * The full looks of a watch: descriptors, tables and autopsy, each tick while that is cheap, else less often. ss is asked once
 * in two minutes, and only for what nothing else tells: MPTCP connections, and the peers of unix stream sockets.
 */
export class FullLooks {
  readonly #world: World;
  readonly #intervalMs: number;
  readonly #cpuMs: () => number;
  readonly #costs: number[] = [];
  #every = 1;
  #ticksToWait = 0;
  readonly #orphans = new Map<number, { readonly looks: number; readonly known: Orphans }>();
  #needs: Needs = { mptcp: false, unix: false };

  /** `cpuMs` is what this process has used of the processor so far. */
  constructor(world: World, intervalMs: number, cpuMs: () => number) {
    this.#world = { ...world, isHidden: (pid) => world.isHidden(pid), runTool: toSparingSs(world, () => this.#needs) };
    this.#intervalMs = intervalMs;
    this.#cpuMs = cpuMs;
  }

  /** A full look every so many ticks. */
  get every(): number {
    return this.#every;
  }

  isDue(): boolean {
    if (this.#ticksToWait <= 0) return true;
    this.#ticksToWait -= 1;
    return false;
  }

  async take(pid: number): Promise<LeanSight> {
    const startedAt = this.#cpuMs();
    const { mptcp, unix } = this.#needs;
    const before = this.#orphans.get(pid);
    const known = before === undefined || before.looks % ASK_AGAIN_EVERY === 0 ? NONE : before.known;
    const sight = await lookLean(this.#world, { pid, withSs: mptcp || unix, deadlineMs: SS_DEADLINE_MS, known });
    if (sight.kind !== 'seen') this.#orphans.delete(pid);
    else this.#orphans.set(pid, { looks: (before?.looks ?? 0) + 1, known: toOrphans(sight.look) });
    this.#adapt(this.#cpuMs() - startedAt);
    if (sight.kind === 'seen') this.#needs = findNeeds(sight.look);
    return sight;
  }

  #adapt(costMs: number): void {
    this.#costs.push(costMs);
    if (this.#costs.length > COSTS) this.#costs.shift();
    if (this.#costs.length === COSTS) {
      const usualMs = this.#costs.toSorted((a, b) => a - b)[1] ?? 0;
      const wanted = usualMs / (this.#intervalMs * MOST_OF_A_CORE);
      // Down again only once it is clearly cheaper: else it changes at every look.
      if (wanted > this.#every || wanted < (this.#every - 1) * 0.8) this.#every = Math.max(1, Math.ceil(wanted));
    }
    this.#ticksToWait = this.#every - 1;
  }
}

const NONE: Orphans = new Map();

function toOrphans({ descriptors }: LeanLook): Orphans {
  const orphans = descriptors.filter(({ verdict }) => verdict.is === 'orphaned');
  return new Map(orphans.map((one) => [fdKey(one.fd, one.tid), one]));
}

/** What only ss can tell of the sockets that a look found. */
interface Needs {
  readonly mptcp: boolean;
  readonly unix: boolean;
}

function findNeeds({ descriptors }: LeanLook): Needs {
  const isMptcp = descriptors.some(
    ({ socket }) => (socket?.family === 'inet' || socket?.family === 'inet6') && socket.protocol === 'mptcp',
  );
  const isUnix = descriptors.some(
    ({ socket }) => socket?.family === 'unix' && socket.type === 'stream' && socket.state === 'CONNECTED',
  );
  return { mptcp: isMptcp, unix: isUnix };
}

/** Runs ss anew once in a while; in between, what it said of MPTCP and unix sockets stands. What is not needed is not asked. */
function toSparingSs({ runTool, clock }: World, needs: () => Needs): RunTool {
  const answers = new Map<string, { readonly untilMs: number; readonly answer: ReturnType<RunTool> }>();
  return async (command, args, deadlineMs) => {
    const isNeeded = args.includes('--unix') ? needs().unix : needs().mptcp;
    if (!isNeeded) return { kind: 'ran', stdout: '', stderr: '', tookMs: 0 };
    const key = [command, ...args].join(' ');
    const known = answers.get(key);
    const nowMs = clock.monotonicMs();
    if (known !== undefined && nowMs < known.untilMs) return await known.answer;
    const answer = runTool(command, args, deadlineMs).then((ran) =>
      ran.kind === 'ran' ? { ...ran, stdout: keepNeeded(ran.stdout) } : ran,
    );
    // Another pid in its arguments is another key: what has run out is not kept.
    for (const [other, { untilMs }] of answers) if (nowMs >= untilMs) answers.delete(other);
    answers.set(key, { untilMs: nowMs + SS_EVERY_MS, answer });
    return await answer;
  };
}

/** The heading, and the rows that nothing but ss knows. */
function keepNeeded(stdout: string): string {
  const [heading = '', ...rows] = stdout.split('\n');
  return [heading, ...rows.filter((row) => /^(mptcp|u_str|u_seq)/.test(row)), ''].join('\n');
}
