const WORD = /(?:[^\s'"\\]|\\[^]|'[^']*'|"(?:[^"\\]|\\[^])*")+/g;
const QUOTED = /\\([^])|'([^']*)'|"((?:[^"\\]|\\[^])*)"/g;

/**
 * Splits a command line into its words: blanks part them, quotes keep them, a backslash takes the next character as it is. Nothing
 * else is special: no shell reads it. `notify --to 'on call'` -> `['notify', '--to', 'on call']`. null for a quote that is never closed.
 */
export function splitCommand(text: string): string[] | null {
  if (text.replace(WORD, '').trim() !== '') return null;
  return (text.match(WORD) ?? []).map(unquote);
}

function unquote(word: string): string {
  return word.replace(
    QUOTED,
    (_, escaped?: string, single?: string, double?: string) =>
      escaped ?? single ?? (double ?? '').replace(/\\([^])/g, '$1'),
  );
}
