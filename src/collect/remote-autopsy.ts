import { readdirSync, readFileSync, writeSync } from 'node:fs';
import type { ProbeOutcome } from '../core/model/probe.ts';
import { ASK_SOCKETS } from './helper-words.ts';
import { Autopsy, type Patient } from './autopsy.ts';
import type { Deadline } from './deadline.ts';
import { runGivenUp } from './run-given-up.ts';
import type { KernelCalls } from './kernel-calls.ts';
import { type MountRow, parseMountinfo } from '../core/parse/proc-mountinfo.ts';
import { ProcFs } from './proc-fs.ts';
import { ProcessFolder } from './process-folder.ts';

/** It is waited for twice in a look. 10,000 sockets take it 100 ms. */
const MOST_WAIT_MS = 4000;

interface Questions {
  readonly pid: number;
  readonly standIn: number | null;
  readonly netns: string | null;
  readonly deadlineMs: number;
  readonly patients: readonly Patient[];
}

/**
 * An autopsy by a process of its own, which can be given up. Between the look at a number and its duplication a target can put a file
 * there whose file system it serves itself: close(2) of that duplicate then waits for it, and not even SIGKILL ends the wait.
 *
 * @see kernel fs/fuse/file.c fuse_flush(), FR_FORCE
 */
export class RemoteAutopsy extends Autopsy {
  readonly #self: readonly string[];
  readonly #process: ProcessFolder;
  readonly #netns: string | null;
  #answers: ReadonlyMap<string, ProbeOutcome> = new Map();

  constructor(calls: KernelCalls, process: ProcessFolder, netns: string | null, self: readonly string[]) {
    super(calls, process, netns);
    this.#self = self;
    this.#process = process;
    this.#netns = netns;
  }

  override async prepare(toPatients: () => readonly Patient[], deadline: Deadline): Promise<void> {
    const { pid, standIn } = this.#process;
    const deadlineMs = Math.min(deadline.withinMs, MOST_WAIT_MS);
    this.#answers = new Map();
    const patients = toPatients();
    if (patients.length === 0) return;
    const questions: Questions = { pid, standIn, netns: this.#netns, deadlineMs, patients };
    const text = await runGivenUp([...this.#self, ASK_SOCKETS], JSON.stringify(questions), deadline.part(deadlineMs));
    const answers = new Map<string, ProbeOutcome>();
    // A last line may be cut.
    for (const line of text.split('\n').slice(0, -1)) {
      const [key, outcome]: [string, ProbeOutcome] = JSON.parse(line);
      answers.set(key, outcome);
    }
    this.#answers = answers;
  }

  override ask(patient: Patient): ProbeOutcome {
    return this.#answers.get(toKey(patient)) ?? { kind: 'failed', because: 'the process that asks it was given up' };
  }
}

/** The helper: reads {@link Questions} from stdin, and writes a line as soon as a socket has answered. */
export function answerPatients(calls: KernelCalls, nowMs: () => number): void {
  const { pid, standIn, netns, deadlineMs, patients }: Questions = JSON.parse(readFileSync(0, 'utf8'));
  const autopsy = new Autopsy(calls, new ProcessFolder(new ProcFs(), pid, { calls, standIn }), netns);
  const until = nowMs() + deadlineMs;
  for (const patient of patients) {
    // Whoever asked has gone by then.
    if (nowMs() > until) return;
    writeSync(1, `${JSON.stringify([toKey(patient), autopsy.ask(patient)])}\n`);
  }
}

function toKey({ fd, tid, inode }: Patient): string {
  return `${fd} ${tid ?? '-'} ${inode}`;
}

/**
 * Whether a process of `uid` could make us wait so: it is not ours nor root's, and some file system on this machine is served by a
 * process that is not root's. Each such has a device of no disk for its writeback (`0:39`, `8:1-fuseblk`), whatever namespace it is
 * mounted in; so have those of NFS, and what root serves (lxcfs), which our own mounts tell.
 *
 * @see kernel fs/fuse/inode.c fuse_bdi_init(), fs/nfs/super.c nfs_get_tree_common()
 */
export function mayServeFiles(uid: number | null, proc: ProcFs): boolean {
  if (uid === 0 || (uid !== null && uid === process.geteuid?.())) return false;
  const served = readServed();
  if (served === null) return true;
  if (served.length === 0) return false;
  const mounts = proc.text('self/mountinfo');
  const rows = mounts.kind === 'read' ? parseMountinfo(mounts.value).rows : [];
  const harmless = new Set(rows.flatMap((row) => (isTrusted(row) ? [row.device] : [])));
  return served.some((name) => !harmless.has(name));
}

/** Where nobody but root, or a server on another machine, can make us wait. */
function isTrusted({ type, servedBy }: MountRow): boolean {
  return servedBy === 0 || /^nfs4?$/.test(type);
}

/** Devices of file systems that a server may be behind; null where there is no /sys to say. */
function readServed(): string[] | null {
  try {
    return readdirSync('/sys/class/bdi').flatMap(
      (name) => /^(\d+:\d+)-fuse/.exec(name)?.[1] ?? (/^0:\d+$/.test(name) ? name : []),
    );
  } catch {
    return null;
  }
}
