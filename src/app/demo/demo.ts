import { USUAL_MS } from '../../collect/deadline.ts';
import type { DemoReport, DemoStage } from '../../core/model/demo.ts';
import type { Inspection } from '../../core/model/inspection.ts';
import { SOURCE_OPTIONS } from '../../core/sources/registry.ts';
import { toDemoStage } from '../../core/demo-stage.ts';
import { NodeReport } from '../../collect/node-report.ts';
import { addHolders } from '../inspect/holders.ts';
import { inspect } from '../inspect/inspect.ts';
import { recognise } from '../inspect/read-members.ts';
import { Parties, type Party } from './party.ts';
import type { World } from '../world.ts';

export interface DemoRequest {
  readonly clients: number;
  /** `reset` orphans at once; `fin` shows CLOSE_WAIT first, and takes as long as FIN_WAIT2 lasts. */
  readonly clientExit: 'reset' | 'fin';
  readonly interrupted: AbortSignal;
  /** Told what happens, and what to look for. */
  readonly say: (line: string) => void;
  /** Told each inspection; `isClimax` is the one that the story is about. */
  readonly show: (inspection: Inspection, isClimax: boolean) => Promise<void>;
  readonly onProgress: (what: string) => void;
}

/** Clients stay this long, so that all of them wait at once. */
const HOLD_MS = 1000;
/** A story must be short: a connection that has been over for this long is a certain leak. */
const CERTAIN_AFTER_MS = 2000;
const SETTLE_MS = 1200;
/** With fewer, the threads of a proxy that runs on Node could be at work on them: they stay suspects. */
const FEWEST_CERTAIN = 16;
/** What the fixed proxy may take to close what it holds. */
const CLOSE_MS = 2000;
/** net.ipv4.tcp_fin_timeout, and a keepalive probe or two after it. */
const FIN_WAIT2_MS = 75_000;

/**
 * Tells the story of the leak with real processes: a proxy, a service behind it that freezes and dies, clients that come and leave
 * in between. First the leaky proxy, then the fixed one, both looked at by the same inspection that `fdleak inspect` makes.
 * Every process it starts has ended when it returns or throws.
 */
export async function demonstrate(world: World, request: DemoRequest): Promise<DemoReport> {
  const stages: DemoStage[] = [];
  for (const proxy of ['leaky', 'fixed'] as const) {
    const report = toReport(world, proxy);
    const [program = '', ...script] = world.self;
    const parties = new Parties([program, ...(report?.options ?? []), ...script]);
    const abort = (): void => void parties.endAll();
    request.interrupted.addEventListener('abort', abort, { once: true });
    try {
      stages.push(...(await tell(world, request, parties, { mode: proxy, report })));
    } finally {
      request.interrupted.removeEventListener('abort', abort);
      await parties.endAll();
      report?.dispose();
    }
  }
  return { schema: 'fdleak.demo/1', asTold: isAsTold(stages, request.clients), clients: request.clients, stages };
}

/** The leaky proxy runs on Node, which can say which sockets it still refers to; in the single file it does not. */
function toReport({ self }: World, proxy: 'leaky' | 'fixed'): NodeReport | null {
  return proxy === 'leaky' && self.length > 1 ? new NodeReport() : null;
}

async function tell(
  world: World,
  request: DemoRequest,
  parties: Parties,
  { mode, report }: { readonly mode: 'leaky' | 'fixed'; readonly report: NodeReport | null },
): Promise<DemoStage[]> {
  const { say, clients, clientExit } = request;
  const p = await parties.start(['proxy', `--${mode}`, '--keepalive', '1s']);
  const s = await parties.start(['proxy', 'service', '--proxy', `127.0.0.1:${portOf(p, 'controlPort')}`]);
  const port = portOf(s, 'srvPort');
  say(
    `The ${mode} proxy P is process ${p.pid}. A service S (${s.pid}) has registered with it; clients reach S at P's port ${port}.`,
  );
  say(`P while all is well: fdleak inspect ${p.pid}`);
  const stages = [await lookAt(world, request, p, { proxy: mode, stage: 'healthy' })];

  s.signal('SIGSTOP');
  say(`S freezes. ${clients} clients connect to port ${port}; P accepts each, asks S to connect back, and waits.`);
  const c = await parties.start([
    'proxy',
    'client',
    '--to',
    `127.0.0.1:${port}`,
    '--count',
    `${clients}`,
    '--hold',
    `${HOLD_MS}ms`,
    '--client-exit',
    clientExit,
  ]);
  await c.ended;
  say(clientExit === 'reset' ? 'The clients have left, each with a reset.' : 'The clients have left, each with a FIN.');
  if (clientExit === 'fin') {
    say(`P's sockets are in CLOSE_WAIT now, unless it has closed them: fdleak inspect ${p.pid}`);
    stages.push(await lookAt(world, request, p, { proxy: mode, stage: 'close-wait' }));
  }
  s.signal('SIGKILL');
  await s.ended;
  say('S is killed: no connection will ever come back for those clients.');
  await pause(world, request, CLOSE_MS, 'giving P time to close its sockets');
  if (clientExit === 'fin' && mode === 'leaky') {
    say(
      'The other ends stay in FIN_WAIT2 for 60 s (net.ipv4.tcp_fin_timeout); the keepalive probe after that is answered with a reset.',
    );
    await pause(world, request, FIN_WAIT2_MS, 'waiting for FIN_WAIT2 to end');
  }
  const how = report === null ? '' : ', with its Node report: who holds them';
  say(`P again: fdleak inspect ${p.pid} --certain-after 2s${how}`);
  stages.push(await lookAt(world, request, p, { proxy: mode, stage: 'after', report }));
  return stages;
}

async function lookAt(
  world: World,
  request: DemoRequest,
  p: Party,
  { report, ...at }: Pick<DemoStage, 'proxy' | 'stage'> & { readonly report?: NodeReport | null },
): Promise<DemoStage> {
  request.interrupted.throwIfAborted();
  const outcome = await inspect(world, {
    withinMs: USUAL_MS,
    pid: p.pid,
    sources: SOURCE_OPTIONS,
    settleMs: SETTLE_MS,
    certainAfterMs: CERTAIN_AFTER_MS,
    toolTimeoutMs: 10_000,
    withFlags: false,
    withQuotas: false,
    withOtherEnds: false,
    onProgress: request.onProgress,
  });
  request.interrupted.throwIfAborted();
  if (outcome.kind !== 'inspected') throw new Error(`the proxy ${p.pid} could not be inspected: ${outcome.because}`);
  const inspection = report ? await withHandles(world, outcome.inspection, { p, report }) : outcome.inspection;
  await request.show(inspection, at.proxy === 'leaky' && at.stage === 'after');
  return toDemoStage(at, inspection);
}

/** Sets the handles of the proxy's own report beside its sockets. */
async function withHandles(
  world: World,
  inspection: Inspection,
  { p, report }: { readonly p: Party; readonly report: NodeReport },
): Promise<Inspection> {
  p.signal('SIGUSR2');
  const bytes = await report.read();
  if (bytes === null) return inspection;
  const texts = { files: await recognise([bytes]), unread: [] };
  return addHolders(world, inspection, { sources: { texts, urls: [], isAuto: false }, say: () => undefined });
}

async function pause(world: World, { interrupted, onProgress }: DemoRequest, ms: number, what: string): Promise<void> {
  const until = world.clock.monotonicMs() + ms;
  for (;;) {
    interrupted.throwIfAborted();
    const leftMs = until - world.clock.monotonicMs();
    if (leftMs <= 0) return;
    onProgress(`${what}: ${Math.ceil(leftMs / 1000)} s`);
    await world.clock.sleep(Math.min(leftMs, 1000));
  }
}

function portOf(party: Party, name: string): number {
  const port = party.ready[name];
  if (typeof port !== 'number') throw new Error(`process ${party.pid} named no ${name}`);
  return port;
}

function isCertain({ certain }: DemoStage, clients: number): boolean {
  return clients < FEWEST_CERTAIN || certain === clients;
}

function isAsTold(stages: readonly DemoStage[], clients: number): boolean {
  return stages.every((one) => {
    if (one.proxy === 'fixed' || one.stage === 'healthy') return one.orphaned === 0 && one.peerClosed === 0;
    if (one.stage === 'close-wait') return one.peerClosed === clients;
    return one.orphaned === clients && isCertain(one, clients) && one.acceptedOn !== null && one.watched === 0;
  });
}
