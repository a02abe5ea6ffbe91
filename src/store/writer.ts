import { gzipSync } from 'node:zlib';
import type { HistoryEvent, Owner, TickRecord } from '../core/model/history.ts';
import type { Sample } from '../core/model/sample.ts';
import type { Segment } from '../core/model/segment.ts';
import { Names, toCountsBlob, toSpreadsBlob } from './counts.ts';
import type { Database } from './database.ts';
import { type HistoryFault, toHistoryFault } from './fault.ts';
import { readFault } from './read-fault.ts';
import { PlaceReader, PlaceWriter, toPlaceSpreadsBlob } from './place-frames.ts';
import { writeLife } from './life.ts';
import { type OwnFile, whyLost } from './own-file.ts';
import { isOwner, release } from './ownership.ts';
import { HistoryReader } from './reader.ts';
import { prune, type Retention, shrink } from './retention.ts';
import { ROLLUP_MS, rollUp, toInterval } from '../core/history/roll-up.ts';
import { BrokenRow, toLimitCell } from './row.ts';

const PRUNE_EVERY_MS = 3_600_000;
/** A copy of the file without its log lacks no more than this. */
const CHECKPOINT_EVERY_MS = 600_000;

export type Committed = { readonly kind: 'committed' } | HistoryFault;

/**
 * The one writer of a history. A tick is one transaction, on disk when {@link commit} returns `committed`: samples, the
 * roll-ups they complete, and once an hour what is past its time.
 */
export class HistoryWriter {
  readonly #db: Database;
  readonly #owner: Owner;
  readonly #keep: Retention;
  readonly #names: Names;
  readonly #file: OwnFile;
  readonly #lastAt: number | null;
  #firstAt: number | null = null;
  readonly #places = new PlaceWriter();
  #rolledUpTo: number;
  #prunedAt = 0;
  #checkpointedAt: number | null = null;
  /** What is stored so far, read through the same connection. */
  readonly stored: HistoryReader;

  constructor(db: Database, file: OwnFile, owner: Owner, keep: Retention) {
    this.#db = db;
    this.#file = file;
    this.#owner = owner;
    this.#keep = keep;
    this.#names = new Names(db);
    this.stored = new HistoryReader(db, file.path, { names: this.#names });
    this.#lastAt = db.number('SELECT max(at) FROM samples');
    this.#rolledUpTo = readRolledUpTo(db);
  }

  /** Stores all of `ticks` or, when it returns a fault, none of them. */
  commit(ticks: readonly TickRecord[]): Committed {
    // What is written to a file without a name is gone with this process.
    const because = whyLost(this.#file);
    if (because !== null) return toHistoryFault('lost', this.stored.path, because);
    const before = { rolledUpTo: this.#rolledUpTo, prunedAt: this.#prunedAt, names: this.#names.size };
    try {
      const committed = this.#db.transaction<Committed>(() => {
        if (!isOwner(this.#db, this.#owner)) {
          return toHistoryFault('lost', this.stored.path, 'another watch is writing this history');
        }
        for (const tick of ticks) this.#write(tick);
        return { kind: 'committed' };
      });
      if (committed.kind === 'committed') this.#checkpointIfDue(ticks.at(-1)?.sample?.at ?? null);
      return committed;
    } catch (error) {
      this.#rolledUpTo = before.rolledUpTo;
      this.#prunedAt = before.prunedAt;
      this.#names.forgetAfter(before.names);
      this.#places.restart();
      if (error instanceof BrokenRow) return toHistoryFault('corrupt', this.stored.path, error.message);
      return readFault(error, this.stored.path);
    }
  }

  /** Gives the file free for another watch. What cannot be tidied up is left for the next one: nothing is lost by that. */
  close(): void {
    try {
      this.#db.transaction(() => {
        if (isOwner(this.#db, this.#owner)) release(this.#db);
      });
    } catch (error) {
      readFault(error, this.stored.path);
    }
    checkpoint(this.#db, 'TRUNCATE', this.stored.path);
    this.#db.close();
  }

  /** Moves the log into the file: people copy the file alone. What is committed is safe without. */
  #checkpointIfDue(at: number | null): void {
    if (at === null) return;
    this.#checkpointedAt ??= at;
    if (Math.abs(at - this.#checkpointedAt) < CHECKPOINT_EVERY_MS) return;
    this.#checkpointedAt = at;
    checkpoint(this.#db, 'PASSIVE', this.stored.path);
  }

  #write({ segments, sample, events, lives, alerts, evidence }: TickRecord): void {
    for (const segment of segments) this.#writeSegment(segment);
    if (sample !== null) this.#writeSample(sample);
    for (const event of events) this.#writeEvent(event);
    for (const life of lives) writeLife(this.#db, life);
    for (const { id, rule, severity, openedAt, resolvedAt, lastNotifiedAt, because } of alerts) {
      const cells = [id, rule, severity, openedAt, resolvedAt, lastNotifiedAt, because];
      this.#db.run('INSERT OR REPLACE INTO alerts VALUES (?, ?, ?, ?, ?, ?, ?)', cells);
    }
    for (const { at, alert, json } of evidence) {
      this.#db.run('INSERT INTO evidence (at, alert, gzip) VALUES (?, ?, ?)', [at, alert, gzipSync(json)]);
    }
    if (sample !== null) this.#tidy(sample.at);
  }

  #writeSegment({ id, from, because, pid, startTicks, bootId, comm, exe, soft, hard }: Segment): void {
    const cells = [id, from, because, pid, startTicks, bootId, comm, exe, toLimitCell(soft), toLimitCell(hard)];
    this.#db.run('INSERT OR REPLACE INTO segments VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)', cells);
  }

  /** Two samples of one millisecond (a clock that was set back) are both kept, the second a little later. */
  #writeSample({ at, segment, open, soft, hard, full }: Sample): void {
    const counts = full === null ? null : toCountsBlob(full, this.#names);
    const cells = [
      segment,
      open,
      toLimitCell(soft),
      toLimitCell(hard),
      full?.opened ?? null,
      full?.closed ?? null,
      counts,
      full === null ? null : this.#places.toBlob(full, toInterval(at), this.#names),
    ];
    let free = Math.round(at);
    while (this.#db.run('INSERT OR IGNORE INTO samples VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)', [free, ...cells]) === 0)
      free += 1;
  }

  #writeEvent(event: HistoryEvent): void {
    const { kind, at, because } = event;
    const cells = [
      at,
      kind,
      event.kind === 'segment' ? event.segment : null,
      event.kind === 'gap' ? event.from : null,
      event.kind === 'gap' ? event.until : null,
      because,
    ];
    this.#db.run('INSERT INTO events (at, kind, segment, from_at, until_at, because) VALUES (?, ?, ?, ?, ?, ?)', cells);
  }

  #tidy(now: number): void {
    this.#rollUpTo(toInterval(now));
    if (Math.abs(now - this.#prunedAt) < PRUNE_EVERY_MS) return;
    this.#prunedAt = now;
    prune(this.#db, this.#toWatchedTime(now), this.#keep);
    shrink(this.#db);
  }

  /**
   * What was stored ages by the time that was watched since: a clock that stood wrong when this watch began makes nothing old. `now`
   * itself runs evenly within one watch.
   */
  #toWatchedTime(now: number): number {
    this.#firstAt ??= now;
    return this.#lastAt === null ? now : Math.min(now, this.#lastAt + (now - this.#firstAt));
  }

  /** Sums up every whole interval before `end` that is not yet; a clock set back makes the later ones due again. */
  #rollUpTo(end: number): void {
    if (end === this.#rolledUpTo) return;
    const start = Math.min(this.#rolledUpTo, end);
    for (const rollup of rollUp(this.#readSamples(start, end))) {
      const { at, segment, samples, open, soft, hard, fullLooks, opened, closed } = rollup;
      this.#db.run('INSERT OR REPLACE INTO rollups VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)', [
        at,
        segment,
        samples,
        open.min,
        open.median,
        open.max,
        toLimitCell(soft),
        toLimitCell(hard),
        fullLooks,
        opened,
        closed,
        toSpreadsBlob(rollup, this.#names),
        toPlaceSpreadsBlob(rollup, this.#names),
      ]);
    }
    this.#rolledUpTo = end;
  }

  #readSamples(start: number, end: number): Sample[] {
    const samples: Sample[] = [];
    const places = new PlaceReader();
    let sample = this.stored.firstSample(start, places);
    while (sample !== null && sample.at < end) {
      samples.push(sample);
      sample = this.stored.firstSample(sample.at + 1, places);
    }
    return samples;
  }
}

/** What does not go into the file now stays in the log. */
function checkpoint(db: Database, how: 'PASSIVE' | 'TRUNCATE', path: string): void {
  try {
    db.row(`PRAGMA wal_checkpoint(${how})`);
  } catch (error) {
    readFault(error, path);
  }
}

/** The end of the last interval that was summed up; 0 for none. */
function readRolledUpTo(db: Database): number {
  const last = db.number('SELECT max(at) FROM rollups');
  return last === null ? 0 : last + ROLLUP_MS;
}
