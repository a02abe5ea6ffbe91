import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { SavedBytes } from './saved-files.ts';

const NAME = 'report.json';
const PATIENCE_MS = 5000;

/**
 * A folder for the diagnostic report of a Node process that we start: {@link NodeReport.options} go before its script, SIGUSR2 makes it
 * write.
 *
 * @see nodejs.org/api/report.html
 */
export class NodeReport {
  readonly #folder = mkdtempSync(join(tmpdir(), 'fdleak-report-'));

  get options(): readonly string[] {
    return [
      '--report-on-signal',
      '--report-signal=SIGUSR2',
      `--report-directory=${this.#folder}`,
      `--report-filename=${NAME}`,
    ];
  }

  /** The report once it is whole; null where none comes within 5 s. */
  async read(): Promise<SavedBytes | null> {
    for (let waitedMs = 0; waitedMs < PATIENCE_MS; waitedMs += 100) {
      await wait(100);
      try {
        const bytes = readFileSync(join(this.#folder, NAME));
        JSON.parse(bytes.toString());
        return { name: NAME, bytes, more: null };
      } catch {
        // Not there, or not whole yet.
      }
    }
    return null;
  }

  dispose(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
