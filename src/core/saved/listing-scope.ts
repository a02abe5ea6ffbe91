import type { Part, SavedDescriptor } from './part.ts';

/** Listings that were filtered hold what they hold, and say nothing of the rest. */
const FILTERED =
  /\|\s*(?:e|f)?grep\b|\|\s*(?:awk|head|tail|sed)\b|\blsof\b.*\s-[nPlwbOVta]*(?:i|U|E)|\blsof\b.*\s(?:\+D|--?d)\s*(?!0-)/;

/** lsof prints a folder, the program and files of every process: where it shows sockets alone, it was asked for them. */
export function isFiltered({ command, tool }: Part, rows: readonly SavedDescriptor[]): boolean {
  const isSocketsAlone = tool.startsWith('lsof') && rows.every(({ kind }) => kind === 'socket');
  return isSocketsAlone || FILTERED.test(command ?? '');
}

/**
 * AF_UNIX sockets are always in a table, but of their own network namespace: a listing that finds them in none was made in
 * another, and that it finds no TCP socket either says nothing.
 */
export function isOfAnotherNamespace({ content }: Part): boolean {
  return (
    content.kind === 'descriptors' &&
    content.rows.some(({ socket }) => socket !== null && socket.family === 'unix' && socket.listed === false)
  );
}
