import type { ScannedProcess } from '../../core/model/scanned-process.ts';
import type { CountedProcess } from '../../core/model/counted-process.ts';
import { type PlainProcess, shareOf } from '../../core/scan/choose.ts';
import { standingOfCount } from '../../core/scan/standing.ts';
import type { Looked } from './look-at-many.ts';

type Users = ReadonlyMap<number, string>;

/** The rows of a scan. Of what the scan before gave the same object for, it gives the same row again. */
export class ScanRows {
  #users: Users = new Map();
  readonly #rows = new WeakMap<CountedProcess | Looked, ScannedProcess>();

  /** To be called before the rows of each scan, with the names of users by their uid. */
  begin(users: Users): void {
    this.#users = users;
  }

  /** Too small for a look, and nowhere near its limit. */
  ofSmall(process: CountedProcess): ScannedProcess {
    return this.#once(process, process, (row) => ({ ...row, standing: 'ok' }));
  }

  /** Each of its descriptors was seen by the walk. */
  ofPlain({ process, byVerdict }: PlainProcess): ScannedProcess {
    return { ...toCountedOnly(process, this.#userOf(process)), standing: 'ok', byVerdict };
  }

  /** null: it has ended. */
  ofLooked(looked: Looked): ScannedProcess | null {
    if (looked.kind === 'ended') return null;
    return this.#once(looked, looked.process, (row) => {
      if (looked.kind === 'seen') return { ...row, ...looked.seen };
      return { ...row, because: looked.kind === 'unobservable' ? looked.because : 'not reached in time' };
    });
  }

  #once(
    key: CountedProcess | Looked,
    process: CountedProcess,
    toRow: (row: ScannedProcess) => ScannedProcess,
  ): ScannedProcess {
    const user = this.#userOf(process);
    const before = this.#rows.get(key);
    if (before?.user === user) return before;
    const row = toRow(toCountedOnly(process, user));
    this.#rows.set(key, row);
    return row;
  }

  #userOf({ uid }: CountedProcess): string | null {
    return uid === null ? null : (this.#users.get(uid) ?? null);
  }
}

function toCountedOnly(process: CountedProcess, user: string | null): ScannedProcess {
  const { open, soft } = process;
  return {
    ...process,
    user,
    cmdline: null,
    standing: standingOfCount(process),
    because: null,
    utilization: shareOf(process),
    free: typeof soft === 'number' && open !== null ? Math.max(0, soft - open) : null,
    byVerdict: null,
    places: [],
    findings: [],
    holding: null,
  };
}
