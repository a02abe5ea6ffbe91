import type { CountedProcess } from '../core/model/counted-process.ts';
import type { Owner } from './process-owners.ts';
import type { FolderStat } from './proc-fs.ts';

/** A process as it was counted, and what that was made of. */
export interface Count {
  /** The text of its `limits`; null where it could not be read. */
  readonly limits: string | null;
  readonly owner: Owner;
  /** null: a kernel thread, which holds none. */
  readonly counted: CountedProcess | null;
}

export interface KnownProcess extends Count {
  /** Its `fd`. */
  readonly folder: FolderStat;
}

/** The processes of this host as the round before counted them. What has ended is forgotten. */
export class KnownProcesses {
  #before = new Map<number, KnownProcess>();
  #now = new Map<number, KnownProcess>();

  /** To be called before each round over all processes. */
  begin(): void {
    this.#before = this.#now;
    this.#now = new Map();
  }

  /** Who had this number, if `folder` says that it is still the same; null: nobody, or another one. */
  find(pid: number, { ino, madeAtMs }: FolderStat): KnownProcess | null {
    const known = this.#before.get(pid);
    return known !== undefined && known.folder.ino === ino && known.folder.madeAtMs === madeAtMs ? known : null;
  }

  keep(pid: number, known: KnownProcess): void {
    this.#now.set(pid, known);
  }
}
