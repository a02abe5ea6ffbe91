import type { Deadline } from '../../collect/deadline.ts';
import { readOtherTables } from '../../collect/descriptor-tables.ts';
import { FileFacts, type KnownFile } from '../../collect/file-facts.ts';
import { readOpenDescriptors } from '../../collect/open-descriptors.ts';
import type { ProcessFolder } from '../../collect/process-folder.ts';
import type { Evidence } from '../../core/model/evidence.ts';
import type { OpenDescriptor } from '../../core/model/open-descriptor.ts';
import type { Reading } from '../../core/model/reading.ts';
import { sayLate, sayUnasked } from './say-late.ts';
import { formatCount } from '../../core/words/numbers.ts';

/** Shares of the time: for what files are and for the tables of threads, of which a process may have thousands; for its own table. */
const FOR_MORE = 0.4;
const FOR_OWN = 0.6;

/** The descriptors of every table of the process. The table of the process decides: a denied thread is left out. */
export async function readAllTables(
  process: ProcessFolder,
  { deadline, knownFile }: { readonly deadline: Deadline; readonly knownFile: KnownFile },
): Promise<Pick<Evidence, 'open' | 'leftOut' | 'unread'>> {
  const own = deadline.part(FOR_OWN * deadline.withinMs);
  const more = deadline.part(FOR_MORE * deadline.withinMs);
  const files = new FileFacts(process, () => more.isOver(), knownFile);
  const others = readOtherTables(process);
  const { table, leftOut } = await readOwnTable(process, { files, deadline: own });
  if (table.kind !== 'read') return { open: table, leftOut: null, unread: null };
  const open = table.value;
  let unreadTables = 0;
  for (const tid of others) {
    const isLate = more.isOver() || unreadTables > 0;
    const { table: its, isWhole } = isLate
      ? UNREAD
      : await readOpenDescriptors(process, tid, { files, deadline: more });
    if (!isWhole) unreadTables += 1;
    if (its.kind === 'read') for (const one of its.value) open.push(one);
    await deadline.rest();
  }
  const late = sayLate(more);
  const ofThreads =
    unreadTables === 0
      ? null
      : `of ${formatCount(unreadTables, 'descriptor table', 'descriptor tables')} of threads: ${late}`;
  return { open: table, leftOut: ofThreads ?? leftOut, unread: sayUnasked(files, more) };
}

const UNREAD: Awaited<ReturnType<typeof readOpenDescriptors>> = { table: { kind: 'read', value: [] }, isWhole: false };

/** So many of the open descriptors may come and go during a reading. */
const isUsual = (unseen: number, open: number): boolean => unseen <= Math.max(4, open / 10);
const MOST_READINGS = 3;

/** The table of the process, and what of it was not seen: it moves each time that it is read, or is too large for the time. */
async function readOwnTable(
  process: ProcessFolder,
  request: { readonly files: FileFacts; readonly deadline: Deadline },
): Promise<{ readonly table: Reading<OpenDescriptor[]>; readonly leftOut: string | null }> {
  for (let readings = 1; ; readings += 1) {
    const { table, isWhole } = await readOpenDescriptors(process, null, request);
    const { proc } = process;
    const count = proc.stat(`${process.path()}/fd`);
    // Before Linux 6.2 it is 0, and of folders that only look like /proc it says something else.
    const open = proc.root === '/proc' && count.kind === 'read' ? Number(count.value.size) : 0;
    const unseen = table.kind === 'read' ? Math.max(0, open - table.value.length) : 0;
    if (!isWhole) {
      return { table, leftOut: `${open === 0 ? 'some' : `about ${unseen}`} descriptors: ${sayLate(request.deadline)}` };
    }
    if (isUsual(unseen, open)) return { table, leftOut: null };
    if (readings === MOST_READINGS) {
      const leftOut = `about ${unseen} descriptors move: they change their numbers while they are read`;
      return { table, leftOut };
    }
  }
}
