const REASONS: ReadonlyMap<string, string> = new Map([
  ['ENOENT', 'there is no such file'],
  ['EACCES', 'this user may not read it'],
  ['ENOTDIR', 'a part of its path is a file, not a folder'],
]);

/** Why a file that a user named could not be read: `/tmp/x: there is no such file (ENOENT)`; `path` is said where the error names none. */
export function whyUnread(error: unknown, path: string): string {
  if (!(error instanceof Error)) return `${path}: ${String(error)}`;
  const code = 'code' in error ? String(error.code) : '';
  const at = 'path' in error && typeof error.path === 'string' ? error.path : path;
  const reason = REASONS.get(code);
  return `${at}: ${reason === undefined ? error.message : `${reason} (${code})`}`;
}
