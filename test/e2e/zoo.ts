import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

const SCRIPT = fileURLToPath(new URL('./processes/zoo', import.meta.url));
/** A shim in a home folder would not run for another user. */
const PATH = '/usr/local/bin:/usr/bin:/bin';
const STOP_MS = 5000;

/** One labelled descriptor; `tid` is the thread that alone has it. */
export interface Specimen {
  readonly label: string;
  readonly fd: number;
  readonly tid: number | null;
  readonly inode: string;
  readonly note: string;
}

/** What could not be made here, in the words of the kernel. */
export interface Impossible {
  readonly label: string;
  readonly because: string;
}

export interface Zoo {
  readonly pid: number;
  readonly specimens: readonly Specimen[];
  readonly impossible: readonly Impossible[];
  /** Number of the labelled descriptor; throws for a label that was not made, with the kernel's reason. */
  fdOf(label: string): number;
  stop(): Promise<void>;
}

export interface ZooOptions {
  /** User and group to run as, through setpriv; needs root. */
  readonly uid?: number;
  /** Lets the whole zoo live in a network namespace of its own; needs root. */
  readonly ownNamespace?: boolean;
  /** `test`: it ends with the running test. `stop`: the caller ends it, for use in beforeAll. */
  readonly until?: 'test' | 'stop';
}

interface Ready {
  readonly pid: number;
  readonly specimens: readonly Specimen[];
  readonly impossible: readonly Impossible[];
}

/** Starts the process that holds every kind of descriptor; ready after 4 s, because keepalive has to give up. */
export async function startZoo({ uid, ownNamespace = false, until = 'test' }: ZooOptions = {}): Promise<Zoo> {
  const folder = mkdtempSync(join(tmpdir(), 'zoo-'));
  if (uid !== undefined) chownSync(folder, uid, uid);
  const user = uid === undefined ? [] : ['setpriv', `--reuid=${uid}`, `--regid=${uid}`, '--clear-groups', '--'];
  const [command = '', ...args] = [
    ...user,
    'python3',
    '-B',
    SCRIPT,
    folder,
    ...(ownNamespace ? ['--own-namespace'] : []),
  ];
  const child = spawn(command, args, { env: { PATH }, cwd: '/' });
  const ended = once(child, 'exit');
  let complaints = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (complaints += text));

  const stop = async (): Promise<void> => {
    child.stdin.end();
    const stopped = await Promise.race([ended.then(() => true), wait(STOP_MS, false, { ref: false })]);
    if (!stopped) {
      child.kill('SIGKILL');
      await ended;
    }
    rmSync(folder, { recursive: true, force: true });
  };
  if (until === 'test') onTestFinished(stop);

  const lines = createInterface({ input: child.stdout });
  const line: unknown = await Promise.race([
    once(lines, 'line').then(([text]: unknown[]) => text),
    ended.then(() => null),
  ]);
  if (typeof line !== 'string') throw new Error(`the zoo did not start: ${complaints}`);
  const { pid, specimens, impossible }: Ready = JSON.parse(line);
  return { pid, specimens, impossible, stop, fdOf: (label) => fdOf(label, specimens, impossible) };
}

function fdOf(label: string, specimens: readonly Specimen[], impossible: readonly Impossible[]): number {
  const specimen = specimens.find((one) => one.label === label);
  if (specimen !== undefined) return specimen.fd;
  const because = impossible.find((one) => one.label === label)?.because ?? 'the zoo has no such label';
  throw new Error(`no specimen ${label}: ${because}`);
}
