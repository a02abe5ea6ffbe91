import { readdirSync } from 'node:fs';
import type { WalkRow } from '../../core/model/walk.ts';
import { attempt } from '../proc-fs.ts';
import type { KernelWalk } from './kernel-walk.ts';

const DEADLINE_MS = 1000;

/** Whether a thread's number can be told from its process's. null where it is, else why not. */
export async function checkNumbers(walk: KernelWalk, rows: readonly WalkRow[]): Promise<string | null> {
  const pids = new Set(rows.map(({ pid }) => pid));
  if (pids.size !== 1 || rows.some(({ pid, tid }) => pid !== tid)) return 'it is wrong about our own number';
  const threads = attempt('/proc/self/task', (path) => readdirSync(path));
  if (threads.kind !== 'read') return 'our own threads may not be listed';
  const tid = threads.value.find((name) => name !== `${process.pid}`);
  if (tid === undefined) return null;
  const walked = await walk.walk({ kind: 'thread', tid: Number(tid) }, DEADLINE_MS);
  if (walked.kind === 'failed') return walked.because;
  const isRight = walked.rows.every((row) => pids.has(row.pid) && row.tid !== row.pid);
  return isRight && walked.rows.length > 0 ? null : 'it is wrong about our own threads';
}
