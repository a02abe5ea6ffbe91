import { toTextfilePath, writeTextfile } from '../../collect/write-textfile.ts';
import type { Metric } from '../../core/metrics/metric.ts';
import { toWatchMetrics } from '../../core/metrics/watch-metrics.ts';
import type { Target } from '../../core/model/target.ts';
import type { WatchState } from '../../core/model/watch.ts';
import { formatTarget } from '../find-target.ts';
import { toFileName } from './history-path.ts';

export interface MetricsFileRequest {
  /** A file, or a folder that exists: there the file is named after the target, as several watches may share one. */
  readonly path: string;
  readonly target: Target;
  readonly render: (metrics: readonly Metric[]) => Promise<string>;
  /** Told why it cannot be written, once for each reason. */
  readonly say: (because: string) => void;
}

/** The latest tick of a watch as a file for node_exporter's textfile collector. While one is written, only the latest of the next waits. */
export class MetricsFile {
  readonly #request: MetricsFileRequest;
  readonly #path: string;
  #next: WatchState | null = null;
  #writing: Promise<void> | null = null;
  #refusal: string | null = null;

  constructor(request: MetricsFileRequest) {
    const { path, target } = request;
    this.#request = request;
    this.#path = toTextfilePath(path, `fdleak-${toFileName(target, null)}.prom`);
  }

  tell(state: WatchState): void {
    this.#next = state;
    this.#writing ??= this.#write().finally(() => {
      this.#writing = null;
    });
  }

  /** When what was told is in the file. */
  async end(): Promise<void> {
    await this.#writing;
  }

  async #write(): Promise<void> {
    const { target, render, say } = this.#request;
    for (let state = this.#next; state !== null; state = this.#next) {
      this.#next = null;
      const text = await render(toWatchMetrics(state, formatTarget(target)));
      const because = writeTextfile(this.#path, text);
      if (because !== null && because !== this.#refusal) say(`metrics are not written: ${because}`);
      this.#refusal = because;
    }
  }
}
