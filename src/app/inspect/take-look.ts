import { ProcessFolder, readProcessFolder } from '../../collect/process-folder.ts';
import { type OpenKeys, toLookKey } from '../../core/exercise/growth.ts';
import { toText } from '../../core/parse/bytes.ts';
import type { Reading } from '../../core/model/reading.ts';
import type { World } from '../world.ts';

/** Takes looks at the table of one process, which say what is open and nothing more: 0.4 ms for 100 descriptors. */
export class Looker {
  readonly #process: ProcessFolder;

  /** Where we are the process itself, its leader lives. */
  constructor({ proc }: World, pid: number) {
    this.#process = pid === process.pid ? new ProcessFolder(proc, pid) : readProcessFolder(proc, pid);
  }

  /** What is open now. Of our own process, the descriptor that the look itself takes is closed by then, and not in it. */
  take(): Reading<OpenKeys> {
    const names = this.#process.numbers();
    if (names.kind !== 'read') return names;
    const look = new Set<string>();
    for (const name of names.value) {
      const fd = Number(name);
      const link = this.#process.link({ fd, tid: null });
      if (link.kind === 'gone') continue;
      if (link.kind !== 'read') return link;
      look.add(toLookKey(fd, toText(link.value).text));
    }
    return { kind: 'read', value: look };
  }
}
