import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** Small servers in network namespaces of their own. */
export interface Crowd {
  readonly processes: number;
  /** Pid of the one that holds dead connections. */
  readonly dead: number;
  end(): Promise<void>;
}

interface CrowdRequest {
  readonly namespaces: number;
  readonly processes: number;
  readonly dead: number;
}

/** Compiles and starts `crowd-in-namespaces.c` of this repository, and waits until all stand. Needs root and a C compiler. */
export async function startCrowd(root: string, { namespaces, processes, dead }: CrowdRequest): Promise<Crowd> {
  const folder = mkdtempSync(join(tmpdir(), 'fdleak-crowd-'));
  const program = join(folder, 'crowd');
  execFileSync('gcc', ['-O1', '-o', program, join(root, 'bench/crowd-in-namespaces.c')]);
  const child = spawn(program, [`${namespaces}`, `${processes}`, `${dead}`], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  const [line]: string[] = await Promise.race([
    once(createInterface({ input: child.stdout }), 'line'),
    ended.then(() => ['']),
  ]);
  rmSync(folder, { recursive: true, force: true });
  if (line === undefined || line === '') throw new Error('the crowd could not be started');
  const stands: Pick<Crowd, 'processes' | 'dead'> = JSON.parse(line);
  const end = async (): Promise<void> => {
    child.stdin.end();
    await ended;
  };
  return { ...stands, end };
}
