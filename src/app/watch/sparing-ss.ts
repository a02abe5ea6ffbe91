import { askTool } from '../../collect/ask-tool.ts';
import type { Descriptor } from '../../core/model/descriptor.ts';
import type { SsRow } from '../../core/model/tool-row.ts';
import type { SsReading } from '../../core/model/tool-reading.ts';
import { askSs, type SsWants } from '../../core/sources/ss.ts';
import type { Observable } from '../inspect/observable.ts';
import { NOT_CHOSEN, toTarget } from '../inspect/ask-tools.ts';
import type { World } from '../world.ts';

const EVERY_MS = 120_000;
const DEADLINE_MS = 5000;

/**
 * Asks ss once in two minutes, and only for what nothing else tells: MPTCP connections, and the peers of unix stream sockets. What is not
 * needed is not asked; in between, what it said of these stands.
 */
export class SparingSs {
  readonly #answers = new Map<string, { readonly untilMs: number; readonly answer: Promise<SsReading> }>();

  /** `wants`: what a look before needed of it. */
  async read(
    { clock, runTool }: Pick<World, 'clock' | 'runTool'>,
    observable: Observable,
    wants: SsWants,
  ): Promise<SsReading> {
    if (!wants.inet && !wants.unix) return NOT_CHOSEN;
    const target = toTarget(observable);
    const nowMs = clock.monotonicMs();
    // Of our own namespace one answer speaks for every process.
    const key = `${target.isForeign ? target.task : 'ours'} ${wants.inet} ${wants.unix}`;
    const known = this.#answers.get(key);
    if (known !== undefined && nowMs < known.untilMs) return await known.answer;
    const answer = askTool(runTool, askSs(target, wants), DEADLINE_MS).then(keepNeeded);
    // The pids of processes that are gone are keys as well: what has run out is not kept.
    for (const [other, { untilMs }] of this.#answers) if (nowMs >= untilMs) this.#answers.delete(other);
    this.#answers.set(key, { untilMs: nowMs + EVERY_MS, answer });
    return await answer;
  }
}

/** What the next look needs of ss, by what this one saw. */
export function toSsWants(descriptors: readonly Descriptor[]): SsWants {
  return { inet: descriptors.some(isMptcp), unix: descriptors.some(isConnectedUnix) };
}

function isMptcp({ socket }: Descriptor): boolean {
  return (socket?.family === 'inet' || socket?.family === 'inet6') && socket.protocol === 'mptcp';
}

function isConnectedUnix({ socket }: Descriptor): boolean {
  return socket?.family === 'unix' && socket.type === 'stream' && socket.state === 'CONNECTED';
}

/** The rows that nothing but ss knows. */
function keepNeeded(reading: SsReading): SsReading {
  return reading.kind === 'read' ? { ...reading, rows: reading.rows.filter(isNeeded) } : reading;
}

function isNeeded({ netid }: SsRow): boolean {
  return netid === 'mptcp' || netid === 'u_str' || netid === 'u_seq';
}
