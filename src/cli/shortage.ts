const WORDS: Readonly<Record<string, string>> = {
  EMFILE: 'it has no descriptor left. Next: ulimit -n 1024, then again',
  ENFILE: 'the machine has no descriptor left. Next: sysctl fs.file-nr fs.file-max',
  ENOMEM: 'there is no memory left',
  EAGAIN: 'no process or thread could be started. Next: ulimit -u',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EROFS: 'the file system is read-only',
};
/** libsql and others say it by number alone. */
const NUMBERED: Readonly<Record<string, string>> = {
  11: 'EAGAIN',
  12: 'ENOMEM',
  23: 'ENFILE',
  24: 'EMFILE',
  28: 'ENOSPC',
};

/** What is short where we run, and what helps: `EMFILE: it has no descriptor left. …`. null of an error that is a bug. */
export function describeShortage(error: unknown): string | null {
  for (let at: unknown = error; at instanceof Error; at = at.cause) {
    const [, number = ''] = /\(os error (\d+)\)/.exec(at.message) ?? [];
    const code = 'code' in at && typeof at.code === 'string' ? at.code : (NUMBERED[number] ?? '');
    const words = WORDS[code];
    if (words !== undefined) return `${code}: ${words}`;
  }
  return null;
}
