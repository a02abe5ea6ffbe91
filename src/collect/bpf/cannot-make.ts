/** A descriptor that the walk was to be checked on cannot be made. */
export class CannotMake extends Error {}

/** Reads, and says what on where that fails. */
export function attempt<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new CannotMake(`${path}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}
