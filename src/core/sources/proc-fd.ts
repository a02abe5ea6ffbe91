import type { Evidence } from '../model/evidence.ts';
import { remedyOfUnread } from '../words/shortage.ts';
import type { Compared } from './own-view.ts';
import type { OwnSource } from './source.ts';

/** Why nothing else of a process is read. */
export const UNLISTED = 'its descriptors may only be counted, not listed';

/** `/proc/<pid>/fd`: which descriptors there are. @see proc_pid_fd(5) */
export const procFd = {
  option: 'proc',
  counts: ['descriptors', 'sockets', 'matched', 'unmatched'],
  count({
    isListed,
    evidence: { dead, open },
    held: { descriptors, sockets, own, foreign },
    compared: { descriptorsTookMs },
  }) {
    const isWalked = isListed && dead.walk.status === 'read';
    if (isWalked && dead.walk.lists === 'denied') return { status: 'denied', because: `${UNLISTED}: see bpf` };
    if (isWalked && dead.walk.lists === 'large') return { status: 'skipped', because: 'bpf lists so many sooner' };
    if (open.kind === 'failed') return { status: 'failed', because: sayUnread(open) };
    if (!isListed) return { status: 'denied', because: UNLISTED };
    const matched = own + foreign;
    return { descriptors, sockets, matched, unmatched: sockets - matched, tookMs: descriptorsTookMs };
  },
  missing({ evidence: { open, leftOut, unread }, compared: { process, viewer } }) {
    if (open.kind === 'read') {
      const remedy = 'a process with this many descriptors takes long to inspect: --within 1m';
      return [
        ...(leftOut === null ? [] : [{ what: 'some descriptors', because: leftOut, remedy }]),
        ...(unread === null ? [] : [{ what: 'details of some descriptors', because: unread, remedy }]),
      ];
    }
    const { pid } = process;
    const said = sayUnread(open);
    const { because, remedy } =
      open.kind === 'denied' ? sayDenied(process, viewer) : { because: null, remedy: remedyFor(open) };
    return [{ what: 'the descriptors', because: `/proc/${pid}/fd ${because ?? said}`, remedy }];
  },
  faults: () => [],
} as const satisfies OwnSource;

/** What this user lacks. @see proc_pid_fd(5), ptrace(2), PTRACE_MODE_READ_FSCREDS; prctl(2), PR_SET_DUMPABLE */
function sayDenied(
  { pid, uid }: Compared['process'],
  viewer: Compared['viewer'],
): { readonly because: string | null; readonly remedy: string } {
  if (viewer.uid === 0)
    return {
      because: 'may not be read: you are root without CAP_SYS_PTRACE, as in a container',
      remedy:
        'give the container this capability: docker run --cap-add SYS_PTRACE; Kubernetes: capabilities.add: [SYS_PTRACE]',
    };
  if (uid !== null && viewer.uid === uid)
    return {
      because:
        'may not be read by its own user: the process is not dumpable (it has changed its user, or asked for that)',
      remedy: `sudo fdleak inspect ${pid}`,
    };
  return { because: null, remedy: `sudo fdleak inspect ${pid}` };
}

function remedyFor(open: Exclude<Evidence['open'], { kind: 'read' | 'denied' }>): string {
  return open.kind === 'failed' ? remedyOfUnread(open.because) : 'inspect its successor by the new pid';
}

function sayUnread(open: Exclude<Evidence['open'], { kind: 'read' }>): string {
  switch (open.kind) {
    case 'denied':
      return 'may not be read by this user';
    case 'gone':
      return 'is gone: the process has ended';
    case 'failed':
      return `could not be read (${open.because})`;
  }
}
