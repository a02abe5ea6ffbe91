import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeSync } from 'node:fs';
import type { ProbeOutcome } from '../core/model/probe.ts';
import { ASK_SOCKETS } from './ask-sockets.ts';
import { Autopsy, type Patient } from './autopsy.ts';
import type { KernelCalls } from './kernel-calls.ts';
import { ProcFs } from './proc-fs.ts';
import { ProcessFolder } from './process-folder.ts';

/** The shell is what we wait for: it can be ended, when the helper cannot. It ends with the helper otherwise. */
const SCRIPT = 'exec 3<&0; "$@" <&3 3<&- & exec 3<&- <&-; wait "$!"';
/** It is waited for twice in a look. 10,000 sockets take it 100 ms. */
const MOST_WAIT_MS = 4000;
const MOST_ANSWER_BYTES = 1 << 28;

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

  override prepare(patients: readonly Patient[], deadlineMs: number): void {
    const { pid, standIn } = this.#process;
    const limitMs = Math.min(deadlineMs, MOST_WAIT_MS);
    const questions: Questions = { pid, standIn, netns: this.#netns, deadlineMs: limitMs, patients };
    if (patients.length === 0) return;
    const ran = spawnSync('/bin/sh', ['-c', SCRIPT, 'sh', ...this.#self, ASK_SOCKETS], {
      input: JSON.stringify(questions),
      stdio: ['pipe', 'pipe', 'ignore'],
      timeout: limitMs,
      killSignal: 'SIGKILL',
      maxBuffer: MOST_ANSWER_BYTES,
      encoding: 'utf8',
    });
    const answers = new Map<string, ProbeOutcome>();
    // A last line may be cut.
    for (const line of (ran.stdout ?? '').split('\n').slice(0, -1)) {
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
 * process. Each such has a device of no disk for its writeback (`0:39`, `8:1-fuseblk`), whatever namespace it is mounted in.
 *
 * @see kernel fs/fuse/inode.c fuse_bdi_init()
 */
export function mayServeFiles(uid: number | null): boolean {
  if (uid === 0 || (uid !== null && uid === process.geteuid?.())) return false;
  try {
    return readdirSync('/sys/class/bdi').some((name) => /^0:|-fuse/.test(name));
  } catch {
    // No /sys: it may be.
    return true;
  }
}
