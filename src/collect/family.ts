import type { Deadline } from './deadline.ts';
import type { ProcessFolder } from './process-folder.ts';
import { readParent } from './process-identity.ts';
import type { SharedDescriptors } from './shared-descriptors.ts';

/** A parent of thousands of children is not gone through to its end. */
const MOST_RELATIVES = 64;
/** The clock is asked once in so many links. */
const STRIDE = 256;

/** Shows the links of those that a descriptor may have come from by fork(2), or gone to: parents up to init, children, and their parent's. */
export async function readFamily(process: ProcessFolder, shared: SharedDescriptors, deadline: Deadline): Promise<void> {
  const { proc } = process;
  let asked = 0;
  for (const pid of findRelatives(process)) {
    const fds = proc.names(`${pid}/fd`);
    for (const fd of fds.kind === 'read' ? fds.value : []) {
      if (asked++ % STRIDE === 0) {
        if (deadline.isOver()) return;
        await deadline.rest();
      }
      const link = proc.link(`${pid}/fd/${fd}`);
      if (link.kind === 'read') shared.see(pid, fd, link.value);
    }
  }
}

function findRelatives(process: ProcessFolder): readonly string[] {
  const { proc, pid } = process;
  const found = new Set<string>();
  const parent = readParent(proc, pid);
  for (let at = parent; at !== null && at > 1 && !found.has(`${at}`); at = readParent(proc, at)) found.add(`${at}`);
  for (const tid of process.threads())
    for (const child of readChildren(process, `${pid}/task/${tid}`)) found.add(child);
  if (parent !== null && parent > 1)
    for (const child of readChildren(process, `${parent}/task/${parent}`)) found.add(child);
  found.delete(`${pid}`);
  return [...found].slice(0, MOST_RELATIVES);
}

/** @see proc_pid_task(5), children: kernels without CONFIG_PROC_CHILDREN have none */
function readChildren({ proc }: ProcessFolder, folder: string): readonly string[] {
  const text = proc.text(`${folder}/children`);
  return text.kind === 'read' ? text.value.split(' ').filter((pid) => pid !== '') : [];
}
