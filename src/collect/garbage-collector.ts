import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

interface Bun {
  /** @see https://bun.sh/docs/api/utils */
  gc(isSynchronous: boolean): void;
  shrink(): void;
}

/** Of the single file, which runs on another engine; null under Node. */
function findBun(): Bun | null {
  const bun: Bun | undefined = Reflect.get(globalThis, 'Bun');
  return bun ?? null;
}

/** Whether what is garbage stays resident for longer than under V8. */
export function keepsGarbage(): boolean {
  return findBun() !== null;
}

/** What collects all garbage of this process at once; does nothing where V8 does not give it. */
export function findCollector(): () => void {
  if (globalThis.gc !== undefined) return globalThis.gc;
  const bun = findBun();
  if (bun !== null)
    return () => {
      bun.gc(true);
      bun.shrink();
    };
  // The flag is for contexts made after it; a new one has the function that this one lacks.
  setFlagsFromString('--expose-gc');
  const found: unknown = runInNewContext('globalThis.gc');
  setFlagsFromString('--no-expose-gc');
  return typeof found === 'function' ? () => void found() : () => undefined;
}
