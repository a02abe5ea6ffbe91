import type { Saved } from './part.ts';

/** One file, or a member of an archive, and what was recognised in it. */
export interface SavedFile {
  readonly name: string;
  readonly saved: Saved;
}
