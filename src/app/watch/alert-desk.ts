import { pauseAtLeast } from '../../collect/pause.ts';
import { AlertBook, type AlertTiming, type Judgement } from '../../core/alert/alert-book.ts';
import { judgeConditions } from '../../core/alert/conditions.ts';
import { SuddenBook } from '../../core/alert/sudden.ts';
import { type AlertDocument, toAlertDocument } from '../../core/alert/alert-document.ts';
import type { AlertSubject } from '../../core/model/alert.ts';
import type { AlertFacts } from '../../core/model/alert-facts.ts';
import type { AlertRecord, EvidenceRecord } from '../../core/model/history.ts';
import type { Life } from '../../core/model/life.ts';
import type { Sample } from '../../core/model/sample.ts';
import type { AlertNotice, OpenAlert } from '../../core/model/watch.ts';

/** Told each alert that opens, gets worse, is due again or is resolved. */
export interface Notifier {
  notify(document: AlertDocument): void;
  /** Waits for what is under way, at most `ms`; null: as long as its own timeout allows. */
  end(ms: number | null): Promise<void>;
}

export interface DeskRequest {
  readonly timing: AlertTiming;
  readonly notifiers: readonly Notifier[];
  /** A whole inspection of the process as JSON, null when it could not be made. */
  readonly collectEvidence: (pid: number) => Promise<string | null>;
}

/** How long the end of a watch waits for what is under way. */
export interface LastWaits {
  /** null: as long as their own timeouts allow. */
  readonly noticesMs: number | null;
  readonly evidenceMs: number;
}

/** Judges the alerts of each tick, tells them, and collects evidence for those that open. */
export class AlertDesk {
  readonly #request: DeskRequest;
  readonly #book: AlertBook;
  readonly #sudden = new SuddenBook();
  #evidence: EvidenceRecord[] = [];
  #collecting: Promise<void> = Promise.resolve();
  #pending = 0;

  constructor(request: DeskRequest) {
    this.#request = request;
    this.#book = new AlertBook(request.timing);
  }

  resume(records: readonly AlertRecord[]): void {
    this.#book.resume(records);
  }

  get open(): OpenAlert[] {
    return this.#book.open;
  }

  /** The alerts that stand, as they are kept. */
  get records(): readonly AlertRecord[] {
    return this.#book.records;
  }

  /** `lives`: those that changed at this sample. */
  judge(
    sample: Sample,
    lives: readonly Life[],
    facts: Omit<AlertFacts, 'sudden' | 'isGrowthOpen' | 'isOrphansBegun'>,
  ): Judgement {
    const isGrowthOpen = this.#book.open.some(({ rule }) => rule === 'growth');
    const isOrphansBegun = this.#book.hasBegun('orphans');
    const sudden = this.#sudden.take(sample, lives);
    return this.#book.judge(facts.at, judgeConditions({ ...facts, sudden, isGrowthOpen, isOrphansBegun }));
  }

  /** Tells what was judged, and begins to collect evidence: once it is stored, so that nobody knows of an id that the history does not. */
  tell(notices: readonly AlertNotice[], subject: AlertSubject): void {
    const { pid } = subject;
    for (const notice of notices) {
      for (const notifier of this.#request.notifiers) notifier.notify(toAlertDocument(notice, subject));
      if (notice.is === 'opened' && pid !== null) this.#collect(notice, pid);
    }
  }

  takeEvidence(): EvidenceRecord[] {
    const evidence = this.#evidence;
    this.#evidence = [];
    return evidence;
  }

  /** Waits for notices and for evidence under way, so long at most. */
  async end({ noticesMs, evidenceMs }: LastWaits): Promise<void> {
    const notified = this.#request.notifiers.map((notifier) => notifier.end(noticesMs));
    if (this.#pending > 0) await Promise.race([this.#collecting, pauseAtLeast(evidenceMs)]);
    await Promise.all(notified);
  }

  /** One after the other, beside the ticks: lsof may take seconds. */
  #collect({ id, at }: AlertNotice, pid: number): void {
    this.#pending += 1;
    this.#collecting = this.#collecting.then(async () => {
      const json = await this.#request.collectEvidence(pid);
      if (json !== null) this.#evidence.push({ at, alert: id, json });
      this.#pending -= 1;
    });
  }
}
