import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { attempt } from '../collect/proc-fs.ts';
import { toStateFolder } from './watch/state-folder.ts';

export type FoundHistory =
  | { readonly kind: 'found'; readonly path: string }
  | { readonly kind: 'none'; readonly because: string };

/** The history that is meant: a path; a pid, of which a watch wrote one where it is kept unless told otherwise; nothing: the latest there. */
export function findHistory(meant: string | null, env: NodeJS.ProcessEnv): FoundHistory {
  const isPid = meant !== null && /^\d+$/.test(meant);
  if (meant !== null && (!isPid || existsSync(meant))) return { kind: 'found', path: meant };
  const folder = toStateFolder(env);
  const start = meant === null ? '' : `pid-${meant}-`;
  const names = attempt(folder, (path) => readdirSync(path));
  const paths = (names.kind === 'read' ? names.value : [])
    .filter((name) => name.endsWith('.db') && name.startsWith(start))
    .map((name) => join(folder, name));
  const [latest] = paths.sort((a, b) => readChanged(b) - readChanged(a));
  if (latest !== undefined) return { kind: 'found', path: latest };
  const what = meant === null ? 'no history' : `no history of pid ${meant}`;
  return { kind: 'none', because: `${what} in ${folder}. Next: fdleak watch ${meant ?? '<pid>'}` };
}

function readChanged(path: string): number {
  return Math.max(...['', '-wal'].map((end) => statSync(path + end, { throwIfNoEntry: false })?.mtimeMs ?? 0));
}
