import type { KernelCalls } from './kernel-calls.ts';
import type { ProcFs } from './proc-fs.ts';
import { inNetns } from './in-netns.ts';

/** `4026531833`, the inode of the network namespace that `folder` lives in. */
export function readNetns(proc: ProcFs, folder: string): string | null {
  const link = proc.link(`${folder}/ns/net`);
  const [, inode] = link.kind === 'read' ? (/^net:\[(\d+)\]$/.exec(link.value) ?? []) : [];
  return inode ?? null;
}

/** What asks netlink of the namespace that `folder` lives in; null where nothing may: of a /proc that is another machine's, or a copy. */
export function toDiagCalls(
  proc: ProcFs,
  folder: string,
  netns: string | null,
  calls: KernelCalls | null,
): KernelCalls | null {
  if (calls === null || netns === null || proc.root !== '/proc') return null;
  return isOurs(proc, netns) ? calls : inNetns(calls, `${proc.root}/${folder}/ns/net`);
}

/** Whether it is the namespace that we live in ourselves. */
export function isOurs(proc: ProcFs, netns: string | null): boolean {
  return proc.root === '/proc' && netns !== null && netns === readNetns(proc, 'self');
}
