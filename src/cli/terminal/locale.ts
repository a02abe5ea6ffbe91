import { toAscii } from '../../report/text/ascii.ts';

/**
 * A text as the terminal can show it: in ASCII where the locale is set and not UTF-8 (`C`, `POSIX`, `de_DE@euro`). Where none is
 * set, as in most containers, the terminal is taken to be as all are today.
 *
 * @see locale(7)
 */
export function toTerminalText(text: string, env: NodeJS.ProcessEnv = process.env): string {
  const locale = [env['LC_ALL'], env['LC_CTYPE'], env['LANG']].find((value) => value !== undefined && value !== '');
  return locale === undefined || /utf-?8/i.test(locale) ? text : toAscii(text);
}
