import { countOpenDescriptors, readSoftLimit } from '../descriptors/own-descriptors.ts';
import { DescriptorGate } from '../descriptors/gate.ts';
import { CountedLog, type Log } from '../log.ts';

/** How long a soft limit that was read is believed; `prlimit` may raise it while we run. */
const LIMIT_AGE_MS = 1000;
const REFUSAL_LOG_MS = 5000;

/** What the proxy counts, and whether it can afford one client more. */
export class Ledger {
  accepted = 0;
  closed = 0;
  refused = 0;
  readonly #gate = new DescriptorGate();
  readonly #refusals: CountedLog;
  #softLimit = readSoftLimit();
  #softLimitReadAt = Date.now();

  constructor(log: Log) {
    this.#refusals = new CountedLog(
      log,
      REFUSAL_LOG_MS,
      (count) => `near the limit of ${this.#softLimit} open files: refused ${count} clients`,
    );
  }

  /** Our soft limit; undefined = unlimited, or never readable. */
  get softLimit(): number | undefined {
    if (Date.now() - this.#softLimitReadAt > LIMIT_AGE_MS) {
      // At the limit the file cannot be opened: the last value stands.
      this.#softLimit = readSoftLimit() ?? this.#softLimit;
      this.#softLimitReadAt = Date.now();
    }
    return this.#softLimit;
  }

  /** Whether a client fits while `promised` others still need a descriptor each; a refusal is counted and logged. */
  admits(promised: number): boolean {
    const open = countOpenDescriptors();
    const { softLimit } = this;
    if (open === undefined || softLimit === undefined) return true;
    const isAdmitted = this.#gate.admits({ open, promised, softLimit });
    if (!isAdmitted) {
      this.refused += 1;
      this.#refusals.add();
    }
    return isAdmitted;
  }

  close(): void {
    this.#refusals.close();
  }
}
