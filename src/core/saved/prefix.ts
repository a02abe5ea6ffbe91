/** What stands before every line of some listings: who printed it, when, its number, a bullet. */
const PREFIXES: readonly RegExp[] = [
  // `2026-11-25T10:15:31.123Z `, `[2026-11-25 10:15:31] `, `10:15:31.123 `
  /^\[?(?:\d{4}-\d\d-\d\d[T ])?\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?\]?[ \t]+/,
  // `2026-11-25T10:15:31.1Z stdout F ` of containers, `2026-11-25T10:15:31+00:00 relay1 app[7]: ` of syslog
  /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?\s+(?:\S+\s+)?std(?:out|err) [FP] /,
  /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?\s+[\w.-]+\s+[^\s:[]+(?:\[\d+\])?: /,
  // a block of code of Markdown
  /^(?: {4}|\t)(?=\S)/,
  // `relay-1  | ` of docker compose, `[pod/relay-7/app] ` of kubectl logs --prefix
  /^[\w.-]{1,60}\s*\|[ \t]/,
  /^\[[\w./-]{1,200}\] /,
  // `relay1: ` of pssh and dsh, `app[123]: ` of a journal
  /^[A-Za-z][\w.-]{0,60}(?:\[\d+\])?: /,
  // `12:` of grep -n, `12\t` of cat -n
  /^\d{1,7}:/,
  /^\s{0,6}\d{1,7}(?:\t| {2})/,
  // `  12: `, `  12 | `, `  12   │ ` of bat
  /^\s{0,6}\d{1,7}(?::|\s+[|│])(?: |$)/,
  // a bullet, an added line of a diff
  /^\s{0,3}[-*+•] /,
  /^\+/,
];
/** `| app | 7 | root |` of a Markdown table. */
const TABLE_ROW = /^\s*\|(.*)\|\s*$/;

/** One test that most lines fail, for all of them. */
const ANY = new RegExp(PREFIXES.map(({ source }) => `(?:${source})`).join('|'));

/** Takes the prefix away that a line has; null where it has none. */
export type TakePrefix = (line: string) => string | null;

const TAKERS: readonly TakePrefix[] = [
  ...PREFIXES.map((prefix) => (line: string) => (prefix.test(line) ? line.replace(prefix, '') : null)),
  (line) => TABLE_ROW.exec(line)?.[1]?.replaceAll('|', ' ').trim() ?? null,
];

/**
 * The ways in which a line could begin with something that is not part of the listing, each with the rest of the line:
 *
 *     'relay-1  | relayd 31653 root 3u …' -> 'relayd 31653 root 3u …'
 */
export function* findPrefixes(line: string): Generator<{ readonly take: TakePrefix; readonly rest: string }> {
  for (const first of findOnes(line)) {
    yield first;
    // `[pod/relay-7/app] 2026-11-25T10:15:31Z `
    for (const second of findOnes(first.rest)) {
      const take = (other: string): string | null => {
        const rest = first.take(other);
        return rest === null ? null : second.take(rest);
      };
      yield { take, rest: second.rest };
    }
  }
}

function* findOnes(line: string): Generator<{ readonly take: TakePrefix; readonly rest: string }> {
  if (!ANY.test(line) && !(line.includes('|') && TABLE_ROW.test(line))) return;
  for (const take of TAKERS) {
    const rest = take(line);
    if (rest !== null) yield { take, rest };
  }
}
