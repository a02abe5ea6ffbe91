const MASK = '***';
/** Options whose value is a secret, `--password`, `--api-key`, `-token`, `PGPASSWORD`. */
const SECRET =
  /(?:pass(?:word|wd|phrase)?|secret|token|api[-_]?key|auth|credential|private[-_]?key|access[-_]?key|cookie|session|bearer|signature)/i;
const SHORT_WITH_VALUE = new Set(['-p', '-P', '-u', '--user']);
const USERINFO = /\b([a-z][a-z0-9+.-]*:\/\/)[^/\s@'"]+@/gi;

/**
 * Hides what a command line tells of secrets: the values of options that sound like one, and what stands before `@` in URLs.
 *
 *     ['app', '--token', 'abc', '--db=postgres://u:p@db/x', '-pabc'] -> ['app', '--token', '***', '--db=postgres://***@db/x', '-p***']
 */
export function maskArguments(words: readonly string[]): string[] {
  return words.map((word, at) => {
    const before = words[at - 1];
    if (before !== undefined && at > 1 && takesSecret(before)) return MASK;
    const equals = word.indexOf('=');
    if (equals > 0 && SECRET.test(word.slice(0, equals))) return `${word.slice(0, equals + 1)}${MASK}`;
    // MySQL's way: the password follows `-p` without a blank.
    if (at > 0 && /^-p[^-\s]/.test(word) && !/^-p\d{1,5}$/.test(word)) return `-p${MASK}`;
    return maskUserinfo(word);
  });
}

function takesSecret(word: string): boolean {
  return word.startsWith('-') && !word.includes('=') && (SHORT_WITH_VALUE.has(word) || SECRET.test(word));
}

/** `postgres://user:secret@db/x` -> `postgres://***@db/x`, anywhere in a text. */
export function maskUserinfo(text: string): string {
  return text.includes('://') ? text.replace(USERINFO, `$1${MASK}@`) : text;
}
