import { statSync } from 'node:fs';
import type { AlertRecord, EvidenceRecord, HistoryEvent, Owner } from '../core/model/history.ts';
import type { Life } from '../core/model/life.ts';
import { toInterval } from '../core/history/roll-up.ts';
import type { Sample } from '../core/model/sample.ts';
import type { Rollup } from '../core/model/rollup.ts';
import type { Segment } from '../core/model/segment.ts';
import { Names, readCountsBlob, readSpreadsBlob } from './counts.ts';
import type { Database } from './database.ts';
import { type HistoryFault, toHistoryFault } from './fault.ts';
import { readFault } from './read-fault.ts';
import { toAlert, toEvent, toSegment } from './history-rows.ts';
import { readLife } from './life.ts';
import { PlaceReader, readPlaceSpreadsBlob } from './place-frames.ts';
import { readOwner } from './ownership.ts';
import { BrokenRow, type Cell, type Row } from './row.ts';
import { latestWithin, readThinly } from './thin-places.ts';
import { unpack } from './unpack.ts';
import { type LifeChoice, toCondition } from './life-choice.ts';

export type Read<T> = { readonly kind: 'read'; readonly value: T } | HistoryFault;

/** Two weeks of one every ten seconds. */
const MOST_SAMPLES = 120_000;
/** The latest of each: what is kept, 400 days. A stranger's file may hold any number. */
const MOST_ROLLUPS = 80_000;
/** Of counts, which take 40 times as much in memory. A sample has 40 of them, a roll-up 100. */
const MOST_SAMPLE_BYTES = 5_000_000;
const MOST_ROLLUP_BYTES = 6_000_000;
const MOST_SEGMENTS = 10_000;
const MOST_EVENTS = 10_000;
/** Those that are open are as many as a process has, and a watch of our own reads them. */
const MOST_LIVES = { all: 100_000, suspect: 25_000, open: 1_000_000, fd: 1000, inode: 1000 } as const;
const MOST_VERDICT_BYTES = 1 << 23;
const MOST_ALERTS = 3000;

/** Reads a history, also while a watch writes it. What is asked inside one {@link snapshot} is of one moment. */
export class HistoryReader {
  readonly #db: Database;
  readonly #names: Names;
  readonly #onClose: () => void;
  readonly path: string;
  /** That one, or its copy. */
  readonly #file: string;

  constructor(
    db: Database,
    path: string,
    {
      names = new Names(db),
      onClose = () => undefined,
      file = path,
    }: { readonly names?: Names; readonly onClose?: () => void; readonly file?: string } = {},
  ) {
    this.#db = db;
    this.#names = names;
    this.#onClose = onClose;
    this.path = path;
    this.#file = file;
  }

  /** Runs `ask` on one state of the file; a file that breaks on the way is a fault. */
  snapshot<T>(ask: (history: this) => T): Read<T> {
    try {
      this.#db.exec('BEGIN');
      try {
        this.#names.refresh();
        return { kind: 'read', value: ask(this) };
      } finally {
        this.#db.exec('ROLLBACK');
      }
    } catch (error) {
      if (error instanceof BrokenRow) return toHistoryFault('corrupt', this.path, error.message);
      return readFault(error, this.path);
    }
  }

  segments(): Segment[] {
    return this.#latest('SELECT * FROM segments ORDER BY id DESC', MOST_SEGMENTS).map(toSegment);
  }

  /** Samples from `since` on, oldest first; of more than {@link MOST_SAMPLES} the latest. */
  samples(since: number): Sample[] {
    const places = new PlaceReader();
    // The first look of an interval is whole.
    const query = 'SELECT * FROM samples WHERE at >= ? ORDER BY at DESC';
    return readThinly(latestWithin(this.#latest(query, MOST_SAMPLES, [toInterval(since)]), [7, 8], MOST_SAMPLE_BYTES), {
      read: (row, kept) => this.#toSample(row, places, kept),
      countPlaces: ({ full }) => sizeOf(full?.byPlace ?? null),
      withoutPlaces: (sample) =>
        sample.full === null ? sample : { ...sample, full: { ...sample.full, byPlace: null } },
    }).filter(({ at }) => at >= since);
  }

  /** Its places are not read. */
  lastSample(): Sample | null {
    const row = this.#db.row('SELECT * FROM samples ORDER BY at DESC LIMIT 1');
    return row === null ? null : this.#toSample(row, new PlaceReader());
  }

  /** The first sample at `since` or later, with the places that follow from what `places` read before. */
  firstSample(since: number, places: PlaceReader): Sample | null {
    const row = this.#db.row('SELECT * FROM samples WHERE at >= ? ORDER BY at LIMIT 1', [since]);
    return row === null ? null : this.#toSample(row, places);
  }

  /** Roll-ups that begin in `[since, until)`, oldest first. */
  rollups(since: number, until: number): Rollup[] {
    const query = 'SELECT * FROM rollups WHERE at >= ? AND at < ? ORDER BY at DESC, segment DESC';
    return readThinly(latestWithin(this.#latest(query, MOST_ROLLUPS, [since, until]), [11, 12], MOST_ROLLUP_BYTES), {
      read: (row, kept) => (kept ? this.#toRollup(row) : withoutPlaces(this.#toRollup(row))),
      countPlaces: ({ byPlace }) => sizeOf(byPlace),
      withoutPlaces,
    });
  }

  events(since: number): HistoryEvent[] {
    const columns = 'at, kind, segment, from_at, until_at, because';
    const query = `SELECT ${columns} FROM events WHERE at >= ? ORDER BY at DESC, id DESC`;
    return this.#latest(query, MOST_EVENTS, [since]).map(toEvent);
  }

  /** Lives in the order they began. */
  lives(choice: LifeChoice): Life[] {
    const { where, cells } = toCondition(choice);
    const rows = this.#latest(`SELECT * FROM lives WHERE ${where} ORDER BY id DESC`, MOST_LIVES[choice.by], cells);
    return (choice.by === 'open' ? rows : latestWithin(rows, [10], MOST_VERDICT_BYTES)).map(readLife);
  }

  alerts(since: number): AlertRecord[] {
    const isOfThen = 'opened_at >= ?1 OR resolved_at IS NULL OR resolved_at >= ?1';
    const query = `SELECT * FROM alerts WHERE ${isOfThen} ORDER BY opened_at DESC, rowid DESC`;
    return this.#latest(query, MOST_ALERTS, [since]).map(toAlert);
  }

  evidence(alert: string): EvidenceRecord[] {
    return this.#db
      .rows('SELECT at, alert, gzip FROM evidence WHERE alert = ? ORDER BY id', [alert])
      .map((row) => ({ at: row.int(0), alert: row.text(1), json: unpack(row.bytes(2)) }));
  }

  /** The watch that writes it, or wrote it and was killed. */
  owner(): Owner | null {
    return readOwner(this.#db);
  }

  /** The highest number given to a life so far, 0 for none. */
  lastLife(): number {
    return this.#db.number('SELECT max(id) FROM lives') ?? 0;
  }

  /** Bytes on disk: the file and its log. */
  sizeBytes(): number {
    return ['', '-wal'].reduce(
      (sum, end) => sum + (statSync(this.#file + end, { throwIfNoEntry: false })?.size ?? 0),
      0,
    );
  }

  close(): void {
    this.#db.close();
    this.#onClose();
  }

  /** What a query gives latest first, in the order of time, so many at most. */
  #latest(query: string, most: number, cells: readonly Cell[] = []): Row[] {
    return this.#db.rows(`${query} LIMIT ${most}`, cells).toReversed();
  }

  #toSample(row: Row, places: PlaceReader, kept = true): Sample {
    const blob = row.maybeBytes(7);
    return {
      at: row.int(0),
      segment: row.int(1),
      open: row.int(2),
      soft: row.limit(3),
      hard: row.limit(4),
      full:
        blob === null
          ? null
          : {
              ...readCountsBlob(blob, this.#names),
              ...places.read(row.maybeBytes(8), this.#names, kept),
              opened: row.maybeInt(5),
              closed: row.maybeInt(6),
            },
    };
  }

  #toRollup(row: Row): Rollup {
    return {
      at: row.int(0),
      segment: row.int(1),
      samples: row.int(2),
      open: { min: row.int(3), median: row.int(4), max: row.int(5) },
      soft: row.limit(6),
      hard: row.limit(7),
      fullLooks: row.int(8),
      opened: row.maybeInt(9),
      closed: row.maybeInt(10),
      ...readSpreadsBlob(row.bytes(11), this.#names),
      ...readPlaceSpreadsBlob(row.maybeBytes(12), this.#names),
    };
  }
}

const withoutPlaces = (rollup: Rollup): Rollup => ({ ...rollup, byPlace: null });

function sizeOf(places: object | null): number {
  return places === null ? 0 : Object.keys(places).length;
}
