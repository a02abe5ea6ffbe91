import type { Descriptor } from '../model/descriptor.ts';

const UUID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi;
/** The names of Python's tempfile: eight of these characters, and often no digit among them. */
const PYTHON_TEMPORARY = /(?<=(?:^|\/)tmp)[a-z0-9_]{8}(?![A-Za-z0-9_])/g;
/** Those of PHP's tmpfile(). */
const PHP_TEMPORARY = /(?<=\/php)[A-Za-z0-9]{6,20}(?=$|\/| )/g;
/** The XXXXXX of mkstemp(3), where it stands by itself. */
const SIX = /(?<![A-Za-z0-9])[A-Za-z0-9]{6}(?![A-Za-z0-9])/g;
const WORD = /[A-Za-z0-9]{6,}/g;
const DIGITS = /\d+/g;
/** What a longer path has in common with its like stands before this. A stranger may open 20,000 paths of a page each. */
const MOST = 1024;

/**
 * A path in the words that those share that were made in one place.
 *
 *     /tmp/upload-a8Xk2P.part -> /tmp/upload-*.part
 *     /proc/4242/status       -> /proc/#/status
 */
export function normalisePath(path: string): string {
  const text = path.length > MOST ? `${path.slice(0, MOST)}…` : path;
  return (text.includes('-') ? text.replace(UUID, '*') : text)
    .replace(PYTHON_TEMPORARY, '*')
    .replace(PHP_TEMPORARY, '*')
    .replace(SIX, (word) => (isMixed(word) ? '*' : word))
    .replace(WORD, (word) => (isMadeUp(word) ? '*' : word))
    .replace(DIGITS, '#');
}

/** `/tmp/app-7/x.part` -> `/tmp/app-#/*`; an abstract name that is no path, `@dbus-x`, -> `@*`. */
export function toFolder(path: string): string {
  const end = path.lastIndexOf('/') + 1;
  const start = end === 0 && path.startsWith('@') ? 1 : end;
  return `${normalisePath(path.slice(0, start))}*`;
}

/** A name with a number or a date behind it, `export20261126`, is none. */
const NUMBERED = /^[A-Za-z]+\d+$/;

/** A hash, a random id: letters and digits, or capitals strewn over a word. */
function isMadeUp(word: string): boolean {
  if (NUMBERED.test(word)) return false;
  return (/\d/.test(word) && /[A-Za-z]/.test(word)) || /[a-z][A-Z].*[a-z][A-Z]/.test(word);
}

/** Capitals elsewhere than at the start of a word, or of all of it. */
function isMixed(word: string): boolean {
  return /[a-z]/.test(word) && /.[A-Z]/.test(word);
}

/** `/tmp/#4242 (deleted)`, by the inode, is a file that never had a name: `/tmp, without a name`; null of any other. @see open(2), O_TMPFILE */
export function toNameless({
  target,
  inode,
  deleted,
}: Pick<Descriptor, 'target' | 'inode' | 'deleted'>): string | null {
  const name = `/#${inode ?? ''}${DELETED}`;
  return !deleted && inode !== null && target.endsWith(name)
    ? `${target.slice(0, -name.length) || '/'}, without a name`
    : null;
}

const DELETED = ' (deleted)';

/** The kernel's remark that a file is deleted is none of its name: `/tmp/x (deleted)` -> `/tmp/x`. */
export function withoutRemark(target: string): string {
  return target.endsWith(DELETED) ? target.slice(0, -DELETED.length) : target;
}
