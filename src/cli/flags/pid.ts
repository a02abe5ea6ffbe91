import { InvalidArgumentError } from 'commander';

/** The largest pid the kernel hands out. @see proc_sys_kernel(5), pid_max */
const PID_MAX = 4_194_304;

export function parsePid(text: string): number {
  if (!/^[1-9]\d{0,9}$/.test(text) || Number(text) > PID_MAX) {
    throw new InvalidArgumentError(`Expected a pid: a whole number from 1 to ${PID_MAX}.`);
  }
  return Number(text);
}

/** A pid more of an argument that may be repeated. */
export function collectPid(text: string, before: readonly number[] = []): number[] {
  try {
    return [...before, parsePid(text)];
  } catch (error) {
    throw error instanceof InvalidArgumentError ? error : new InvalidArgumentError(String(error));
  }
}
