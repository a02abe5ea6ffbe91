import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const ROUNDS = Number(process.env['ROUNDS'] ?? 12);

/** Ran in turns in one run; the machine's noise only ever adds, so the least of each counts. */
export type Times = ReadonlyMap<string, readonly number[]>;

/** Runs each command of the race in turns, and prints its least and its median time; the first round warms the caches and is not counted. */
export function race(commands: Readonly<Record<string, readonly string[]>>): Times {
  const times = new Map<string, number[]>(Object.keys(commands).map((name) => [name, []]));
  for (let round = 0; round <= ROUNDS; round++) {
    for (const [name, args] of Object.entries(commands)) {
      const ms = timeOf(args);
      if (round > 0) times.get(name)?.push(ms);
    }
  }
  for (const [name, all] of times) {
    all.sort((a, b) => a - b);
    console.log(`${name.padEnd(28)} least ${formatMs(all[0])}  median ${formatMs(all[all.length >> 1])}`);
  }
  return times;
}

/** `0.95 of lsof -nP -p`, by the least times. */
export function sayRatio(times: Times, a: string, b: string): string {
  return `${((times.get(a)?.[0] ?? Number.NaN) / (times.get(b)?.[0] ?? Number.NaN)).toFixed(2)} of ${b}`;
}

export const rounds = `${ROUNDS} rounds, ms`;

/** Runs a command once: what it prints, and `peak 113 MB, 640 ms of processor`. */
export function measure(
  command: readonly string[],
  env = process.env,
): { readonly stdout: string; readonly cost: string } {
  const cost = fileURLToPath(new URL('../../../bench/lib/cost.py', import.meta.url));
  const { stdout, stderr } = spawnSync('python3', [cost, ...command], { encoding: 'utf8', maxBuffer: 1 << 28, env });
  return { stdout, cost: stderr.trim().split('\n').at(-1) ?? '' };
}

function timeOf([command = '', ...args]: readonly string[]): number {
  const startedAt = performance.now();
  const { error } = spawnSync(command, args, { stdio: ['ignore', 'ignore', 'ignore'] });
  if (error !== undefined) throw error;
  return performance.now() - startedAt;
}

function formatMs(value: number | undefined): string {
  return (value ?? Number.NaN).toFixed(0).padStart(5);
}
