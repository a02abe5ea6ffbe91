const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u;
const ASCII = /^[ -~]*$/;

/**
 * How many columns an escaped text takes: East Asian wide characters and emoji two, combining marks none.
 *
 * @see Unicode Standard Annex 11, East Asian Width
 */
export function measureWidth(text: string): number {
  if (ASCII.test(text)) return text.length;
  let width = 0;
  for (const character of text) width += widthOf(character);
  return width;
}

/** Cuts to `width` columns; `…` stands for what was cut. */
export function cutToWidth(text: string, width: number): string {
  if (text.length <= width && measureWidth(text) <= width) return text;
  let cut = '';
  let used = 1;
  for (const character of text) {
    used += widthOf(character);
    if (used > width) break;
    cut += character;
  }
  return `${cut}…`;
}

/**
 * Breaks a text into lines of at most `width` columns, at its blanks. What stands in backquotes is a command to copy and is
 * never broken; any other word that is too long is.
 */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.match(/(?:`[^`]*`|\S)+/g) ?? []) {
    for (const part of word.includes('`') ? [word] : breakWord(word, width)) {
      if (line !== '' && measureWidth(line) + 1 + measureWidth(part) > width) {
        lines.push(line);
        line = part;
      } else line = line === '' ? part : `${line} ${part}`;
    }
  }
  if (line !== '') lines.push(line);
  return lines;
}

function breakWord(word: string, width: number): string[] {
  if (measureWidth(word) <= width) return [word];
  const parts: string[] = [];
  let part = '';
  let used = 0;
  for (const character of word) {
    const columns = widthOf(character);
    if (used + columns > width && part !== '') {
      parts.push(part);
      part = '';
      used = 0;
    }
    part += character;
    used += columns;
  }
  return [...parts, part];
}

function widthOf(character: string): 0 | 1 | 2 {
  if (ASCII.test(character)) return 1;
  if (WIDE.test(character)) return 2;
  return /\p{M}/u.test(character) ? 0 : 1;
}
