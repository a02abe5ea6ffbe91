/** What is short where we run, by the name of the errno, and what helps. */
const SHORTAGES: Readonly<Record<string, { readonly what: string; readonly next: string | null }>> = {
  EMFILE: { what: 'it has no descriptor left', next: 'ulimit -n 1024, then again' },
  ENFILE: { what: 'the machine has no descriptor left', next: 'sysctl fs.file-nr fs.file-max' },
  ENOMEM: { what: 'there is no memory left', next: null },
  EAGAIN: { what: 'no process or thread could be started', next: 'ulimit -u' },
  ENOSPC: { what: 'the disk is full', next: null },
  EDQUOT: { what: 'the disk quota is used up', next: null },
  EROFS: { what: 'the file system is read-only', next: null },
};

/** `EMFILE` -> `it has no descriptor left. Next: ulimit -n 1024, then again`; null for any other errno. */
export function sayShortage(errno: string): string | null {
  const short = SHORTAGES[errno];
  if (short === undefined) return null;
  return short.next === null ? short.what : `${short.what}. Next: ${short.next}`;
}

/** What helps where a file of /proc could not be read: `ulimit -n 1024, then again` for EMFILE, which is our own lack, not the target's. */
export function remedyOfUnread(errno: string): string {
  return SHORTAGES[errno]?.next ?? 'is /proc mounted?';
}
