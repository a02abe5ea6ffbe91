import type { Death } from '../model/death.ts';
import type { DeadEvidence, Looks, ProbeEvidence } from '../model/evidence.ts';
import type { Inode } from '../model/inode.ts';
import type { SocketProbe } from '../model/probe.ts';
import type { InetSocket } from '../model/socket.ts';
import { toIso } from '../parse/iso-time.ts';
import { isDeadTwice, sinceAckMs } from './orphan.ts';

/** What a connection that is over shows beside the rest. */
export type DeathWords = Pick<InetSocket, 'diedAt' | 'deadMs' | 'errorName'>;

/** Of every socket that is not over. */
export const NOT_DEAD: DeathWords = { diedAt: null, deadMs: null, errorName: null };

/** The deaths of one look: by the walk where there was one, by two looks, and by what the sockets answered. */
export class Deaths {
  readonly #dead: DeadEvidence;
  readonly #probes: ProbeEvidence;

  constructor(dead: DeadEvidence, probes: ProbeEvidence) {
    this.#dead = dead;
    this.#probes = probes;
  }

  /** By the walk alone. */
  of(inode: Inode): Death | null {
    return this.#dead.walk.deaths.get(inode) ?? null;
  }

  /**
   * Dead for at least this; null where it was seen once and the walk says nothing. Two looks overrule the walk: a program that peeks at what
   * was left over keeps a socket young.
   */
  atLeastMs(looks: Looks, death: Death | null): number | null {
    const apartMs = isDeadTwice(looks) ? this.#probes.apartMs : null;
    const walkedMs = death?.atLeastMs ?? null;
    return apartMs === null || walkedMs === null ? (apartMs ?? walkedMs) : Math.max(apartMs, walkedMs);
  }

  describe(looks: Looks, probe: SocketProbe, { death, atLeast }: Known): DeathWords {
    const atMost = death === null ? this.#sinceAckMs(looks, probe) : death.atMostMs;
    const { endedAt } = this.#dead.walk;
    const isExact = death !== null && death.atLeastMs !== null && death.atLeastMs === death.atMostMs;
    return {
      diedAt: isExact && endedAt !== null ? toIso(endedAt - (death.atLeastMs ?? 0)) : null,
      deadMs: { atLeast: round(atLeast), atMost: round(atMost === null ? null : Math.max(atMost, atLeast ?? 0)) },
      errorName: death?.errorName ?? null,
    };
  }

  /** Until now; its last acknowledgement came before its death. null where only an earlier look was answered. */
  #sinceAckMs({ second }: Looks, probe: SocketProbe): number | null {
    const { apartMs, askedAgoMs } = this.#probes;
    const ackMs = sinceAckMs(probe);
    return ackMs === null || (apartMs !== null && second === null) ? null : ackMs + askedAgoMs;
  }
}

interface Known {
  /** By the walk. */
  readonly death: Death | null;
  readonly atLeast: number | null;
}

function round(ms: number | null): number | null {
  return ms === null ? null : Math.round(ms);
}
