import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** What collects all garbage of this process at once; does nothing where V8 does not give it. */
export function findCollector(): () => void {
  if (globalThis.gc !== undefined) return globalThis.gc;
  // The flag is for contexts made after it; a new one has the function that this one lacks.
  setFlagsFromString('--expose-gc');
  // In the single file, which runs on another engine, there is none there either.
  const found: unknown = runInNewContext('globalThis.gc');
  setFlagsFromString('--no-expose-gc');
  return typeof found === 'function' ? () => void found() : () => undefined;
}
