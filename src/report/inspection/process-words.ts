import { measureElapsedMs } from '../../core/diagnose/elapsed.ts';
import type { Inspection } from '../../core/model/inspection.ts';
import type { ProcessIdentity } from '../../core/model/process.ts';
import { formatDuration } from '../../core/parse/duration.ts';
import { escapeText } from '../text/escape.ts';
import { sayName, baseName } from './process-name.ts';

/** `pid 20589, python3, root, up 21 min`. */
export function sayWho({
  process,
  from,
  takenAt,
  tookMs,
}: Pick<Inspection, 'process' | 'from' | 'takenAt' | 'tookMs'>): string {
  const { pid, comm, exe, startedAt } = process;
  const atFirstMs = measureElapsedMs(startedAt, takenAt);
  // Ages of connections are those of the last look: none is older than its process.
  const upMs = atFirstMs === null ? null : atFirstMs + tookMs;
  const program = escapeText(programOf({ comm, exe }));
  const parts = [sayPid({ pid }), ...(program === sayName(process) ? [] : [program]), ...sayUser({ process, from })];
  if (upMs !== null && upMs >= 0) parts.push(`up ${formatDuration(upMs)}`);
  return parts.join(', ');
}

/** One name is enough where another only adds a version: `python3` of `python3.11`. */
function programOf({ comm, exe }: Pick<ProcessIdentity, 'comm' | 'exe'>): string {
  const file = exe === null ? comm : baseName(exe.replace(/ \(deleted\)$/, ''));
  return file.startsWith(comm) ? comm : file;
}

/** Saved text need not name its process. */
export function sayPid({ pid }: Pick<ProcessIdentity, 'pid'>): string {
  return pid === 0 ? 'pid unknown' : `pid ${pid}`;
}

/** `root`, `uid 1000`; nothing where saved text does not tell. */
export function sayUser({ process: { uid }, from }: Pick<Inspection, 'process' | 'from'>): readonly string[] {
  if (uid !== null) return [uid === 0 ? 'root' : `uid ${uid}`];
  if (from === null) return ['user ?'];
  return from.user === null ? [] : [escapeText(from.user)];
}
