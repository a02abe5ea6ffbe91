/** What a test runner tells a hook of the test that has ended. */
export interface FinishedTest {
  readonly name: string | null;
  readonly hasFailed: boolean;
  /** Whether others may have run at the same time. */
  readonly isConcurrent: boolean;
}

/**
 * Reads what the hooks of vitest (`{ task }`), node:test (`{ name, passed }`) and jest (`expect.getState()`) are told. What none of
 * them says is null, or false.
 */
export function toFinishedTest(context: unknown): FinishedTest {
  const task = read(context, 'task') ?? context;
  const name = read(task, 'fullName') ?? read(task, 'name') ?? read(askJest(), 'currentTestName');
  return {
    name: typeof name === 'string' ? name : null,
    hasFailed:
      read(read(task, 'result'), 'state') === 'fail' || read(task, 'passed') === false || hasError(read(task, 'error')),
    isConcurrent: read(task, 'concurrent') === true,
  };
}

function hasError(error: unknown): boolean {
  return error !== undefined && error !== null;
}

function askJest(): unknown {
  const getState = read(read(globalThis, 'expect'), 'getState');
  return typeof getState === 'function' ? getState() : undefined;
}

function read(value: unknown, name: string): unknown {
  return (typeof value === 'object' || typeof value === 'function') && value !== null && name in value
    ? Reflect.get(value, name)
    : undefined;
}
