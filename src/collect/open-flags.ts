import { fdKey } from '../core/model/evidence.ts';
import type { OpenDescriptor } from '../core/model/open-descriptor.ts';
import { parseFdinfo } from '../core/parse/proc-fdinfo.ts';
import type { Deadline } from './deadline.ts';
import type { ProcessFolder } from './process-folder.ts';

/** `["rdwr", "cloexec", "nonblock"]` of each descriptor, from its fdinfo; those that cannot be read, or not in time, are left out. */
export async function readOpenFlags(
  folder: ProcessFolder,
  open: readonly OpenDescriptor[],
  deadline: Deadline,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const flags = new Map<string, readonly string[]>();
  for (const { fd, tid } of open) {
    if (deadline.isOver()) break;
    if (deadline.isTired()) await deadline.rest();
    const text = folder.fdinfo({ fd, tid });
    if (text.kind === 'read') flags.set(fdKey(fd, tid), parseFdinfo(text.value, process.arch).flags ?? []);
  }
  return flags;
}
