import type { Reading } from '../core/model/reading.ts';
import { ProcFs } from './proc-fs.ts';

/**
 * A /proc whose files of the machine (`stat`, `self/mountinfo`, `sys/…`) are read once: for one process after the other each would be
 * read anew, and `/proc/stat` alone takes longer than all that is read of a small process. Files of processes are read each time.
 */
export class SharedProc extends ProcFs {
  readonly #texts = new Map<string, Reading<string>>();
  readonly #links = new Map<string, Reading<string>>();

  override text(path: string, most?: number): Reading<string> {
    return isOfProcess(path) ? super.text(path, most) : once(this.#texts, path, () => super.text(path, most));
  }

  override link(path: string): Reading<string> {
    return isOfProcess(path) ? super.link(path) : once(this.#links, path, () => super.link(path));
  }
}

/** `4242/stat`, unlike `stat` and `self/stat`. */
function isOfProcess(path: string): boolean {
  const first = path.charCodeAt(0);
  return first >= 48 && first <= 57;
}

function once(known: Map<string, Reading<string>>, path: string, read: () => Reading<string>): Reading<string> {
  const before = known.get(path);
  if (before !== undefined) return before;
  const reading = read();
  known.set(path, reading);
  return reading;
}
