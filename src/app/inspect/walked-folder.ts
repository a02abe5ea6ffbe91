import { ProcessFolder } from '../../collect/process-folder.ts';
import { fdKey } from '../../core/model/evidence.ts';
import type { Reading } from '../../core/model/reading.ts';

/** What the walk says of a descriptor, by its `fdKey`; null where it is closed. */
type Lookup = (key: string) => { readonly link: string; readonly protocolName: string | null } | null;

/** A process whose links only the kernel's own walk may read. Whatever else is asked of its folder is refused, as ever. */
export class WalkedFolder extends ProcessFolder {
  readonly #lookUp: Lookup;
  readonly #netns: string | null;

  constructor(process: ProcessFolder, netns: string | null, lookUp: Lookup) {
    super(process.proc, process.pid, { calls: process.calls, standIn: process.standIn });
    this.#lookUp = lookUp;
    this.#netns = netns;
  }

  override get knownNetns(): string | null {
    return this.#netns;
  }

  override protocolOf({ fd, tid }: Parameters<ProcessFolder['link']>[0]): string | null {
    return this.#lookUp(fdKey(fd, tid))?.protocolName ?? null;
  }

  override link({ fd, tid }: Parameters<ProcessFolder['link']>[0]): Reading<string> {
    const found = this.#lookUp(fdKey(fd, tid));
    return found === null ? { kind: 'gone', path: `${this.path(tid)}/fd/${fd}` } : { kind: 'read', value: found.link };
  }
}
