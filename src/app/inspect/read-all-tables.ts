import { readOtherTables } from '../../collect/descriptor-tables.ts';
import { FileFacts } from '../../collect/file-facts.ts';
import { readOpenDescriptors } from '../../collect/open-descriptors.ts';
import type { ProcessFolder } from '../../collect/process-folder.ts';
import type { Evidence } from '../../core/model/evidence.ts';
import type { OpenDescriptor } from '../../core/model/open-descriptor.ts';
import type { Reading } from '../../core/model/reading.ts';
import type { World } from '../world.ts';

/** Reading the tables of threads ends after so long: a process may have thousands, each of thousands. */
const TABLES_DEADLINE_MS = 4000;

/** The descriptors of every table of the process. The table of the process decides: a denied thread is left out. */
export function readAllTables(process: ProcessFolder, clock: World['clock']): Pick<Evidence, 'open' | 'leftOut'> {
  const until = clock.monotonicMs() + TABLES_DEADLINE_MS;
  const isLate = (): boolean => clock.monotonicMs() > until;
  const files = new FileFacts(process, isLate);
  const others = readOtherTables(process);
  const { own, unseen } = readOwnTable(process, files);
  if (own.kind !== 'read') return { open: own, leftOut: null };
  const more: OpenDescriptor[] = [];
  let unread = 0;
  for (const tid of others) {
    const table = isLate() ? null : readOpenDescriptors(process, tid, files);
    if (table === null) unread += 1;
    if (table?.kind === 'read') for (const one of table.value) more.push(one);
  }
  const moving =
    unseen === 0 ? null : `about ${unseen} descriptors move: they change their numbers while they are read`;
  const tables = `of ${unread} descriptor tables of threads: reading took longer than ${TABLES_DEADLINE_MS / 1000} s`;
  return { open: { kind: 'read', value: [...own.value, ...more] }, leftOut: unread === 0 ? moving : tables };
}

/** So many of the open descriptors may come and go during a reading. */
const isUsual = (unseen: number, open: number): boolean => unseen <= Math.max(4, open / 10);
const MOST_READINGS = 3;

/** The table of the process; `unseen`: how many more the kernel counted, each time it was read. */
function readOwnTable(
  process: ProcessFolder,
  files: FileFacts,
): { readonly own: Reading<OpenDescriptor[]>; readonly unseen: number } {
  for (let readings = 1; ; readings += 1) {
    const own = readOpenDescriptors(process, null, files);
    const { proc } = process;
    const count = proc.stat(`${process.path()}/fd`);
    // Before Linux 6.2 it is 0, and of folders that only look like /proc it says something else.
    const open = proc.root === '/proc' && count.kind === 'read' ? Number(count.value.size) : 0;
    const unseen = own.kind === 'read' ? Math.max(0, open - own.value.length) : 0;
    if (isUsual(unseen, open)) return { own, unseen: 0 };
    if (readings === MOST_READINGS) return { own, unseen };
  }
}
