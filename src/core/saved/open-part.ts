import type { SavedFormat } from './format.ts';
import type { SavedLine } from './lines.ts';
import type { TakePrefix } from './prefix.ts';
import type { ShownCommand } from './prompt.ts';

/** Of one process so many rows of a listing are read, of more descriptors than any limit that is in use allows: the rest is counted. */
export const MOST_ROWS = 80_000;

/** The same of lines, where a row is several of them. */
const MOST_LINES = 400_000;

/** The lines of one listing, before they are read. */
export interface RawPart {
  readonly format: SavedFormat;
  readonly lines: readonly SavedLine[];
  /** Lines that nothing knew, each with the index in `lines` after which it stood. */
  readonly strays: readonly Stray[];
  /** Lines that were put together with the next. */
  readonly glued: number;
  /** Rows that were counted only, because one process has too many. */
  readonly passed: number;
  readonly lastPassed: number;
  /** Rows of each owner, those that were counted only as well. */
  readonly kept: ReadonlyMap<string, number>;
  readonly firstLine: number;
  readonly shown: ShownCommand | null;
  readonly partial: readonly string[];
}

export interface Stray {
  readonly after: number;
  readonly line: SavedLine;
}

/** A listing while its lines are gathered. */
export interface OpenPart {
  readonly format: SavedFormat;
  readonly lines: SavedLine[];
  readonly strays: Stray[];
  readonly shown: ShownCommand | null;
  readonly partial: Set<string>;
  /** What stands before each of its lines. */
  readonly takePrefix: TakePrefix | null;
  /** Rows of each owner, those that were counted only as well. */
  readonly kept: Map<string, number>;
  firstOwner: string | null;
  /** Rows that were kept of any but the process that was asked for, else the first. */
  others: number;
  /** Rows that were counted and not kept, and the number of the last one. */
  passed: number;
  lastPassed: number;
  glued: number;
  firstLine: number;
}

/** Keeps a row, unless its process has enough of them, or all of them together have; `wanted` is the process that was asked for. */
export function keep(open: OpenPart, line: SavedLine, wanted: string | null): void {
  const owner = open.format.ownerOf?.(line.text) ?? '';
  open.firstOwner ??= owner;
  const kept = open.kept.get(owner) ?? 0;
  open.kept.set(owner, kept + 1);
  const most = open.format.ownerOf === undefined ? MOST_LINES : MOST_ROWS;
  const isMeant = owner === (wanted ?? open.firstOwner);
  if (kept >= most || (!isMeant && open.others >= MOST_ROWS)) {
    open.passed += 1;
    open.lastPassed = line.number;
    return;
  }
  if (!isMeant) open.others += 1;
  open.lines.push(line);
}
