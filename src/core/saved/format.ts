import type { SavedLine } from './lines.ts';
import type { PartContent, SavedTool } from './part.ts';
import type { ShownCommand } from './prompt.ts';

/** What a format makes of its lines. */
export interface PartReading {
  readonly tool: SavedTool;
  readonly content: PartContent;
  /** Pids that its rows name. */
  readonly pids: readonly number[];
  readonly partial: readonly string[];
  /** Whether it is known to lack rows. */
  readonly isCut?: true;
}

/** One format: how its lines are known among others, and how they are read. A new format is a new file. */
export interface SavedFormat {
  /** Whether a line begins a listing: a heading, or a row that nothing else looks like. */
  readonly starts: (line: string, shown: ShownCommand | null) => boolean;
  /** Whether a line goes on with a listing that has begun. */
  readonly continues: (line: string) => boolean;
  /** Whether a line is a heading: a second one begins a second listing. */
  readonly isHeading: (line: string) => boolean;
  /** null where the lines come to nothing after all. */
  readonly read: (lines: readonly SavedLine[], shown: ShownCommand | null) => PartReading | null;
  /** Whose row a line is, where a row is one line; of one owner not every one of a million rows is read. */
  readonly ownerOf?: (line: string) => string;
  /** Whether a line that nothing knows may be the rest of the one before, broken by a terminal. */
  readonly mayWrap: boolean;
  /** Whether its rows look like those of others: then a line that begins another listing ends this one. */
  readonly isLoose?: true;
  /** Whether a line is such a row that none of another listing looks like it. */
  readonly isSure?: (line: string) => boolean;
  /** Whether the rest of a broken row looks like the begin of this: then it does not stand right under a row of another listing. */
  readonly isWeak?: true;
}
