import { sayShortage } from '../core/words/shortage.ts';

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
    const words = sayShortage(code);
    if (words !== null) return `${code}: ${words}`;
  }
  return null;
}
