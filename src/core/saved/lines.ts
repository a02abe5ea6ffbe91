import { parseJson } from './json.ts';

/** One line of a saved text: its number in the file (the first is 1), and its text without what pasting did to it. */
export interface SavedLine {
  readonly number: number;
  readonly text: string;
  /** It was put together of two: no window was as wide. */
  readonly isGlued?: true;
}

/** Longer lines are no listing: only so much of them is looked at. */
export const LONGEST_LINE = 4096;

const ESCAPE = '\u001B';
/** Colours and cursor movements of a terminal, titles included. */
// oxlint-disable-next-line no-control-regex -- escape sequences start with a control character
const TERMINAL = /\u001B(?:\[[0-9;?]*[A-Za-z]|\][^\u0007\u001B]*(?:\u0007|\u001B\\)|[()][A-Z0-9])/g;
/** The same, where a screen printed the escape as two characters, or a paste lost it: `^[[01;36m`, `[0m`. */
const SPELT_TERMINAL = /\^\[\[[0-9;?]*[A-Za-z]|\[(?:\d{1,2}(?:;\d{1,2})*)?m(?=[^\]]|$)/g;
// oxlint-disable-next-line no-control-regex -- escape sequences start with a control character
const DAMAGED = /[\r\u001B\u00A0\uFEFF\\&`<{→–—➔“”„‘’│║]|^\s*(?:>|")|\^\[|\[\d{0,2}(?:;\d\d?)*m/;
/** Editors join the hyphens of a mode: `lrwx———`. */
const JOINED_MODE = /^(\s*(?:\d+\s+){0,2}[ld][rwxsStT—–-]{3,9})(?=[.+@]?\s)/;
/** A string in a list of JSON, as Ansible prints the lines of a command: `    "app 7 root …",`. */
const LISTED = /^\s*("(?:[^"\\]|\\.)*\s(?:[^"\\]|\\.)*"),?\s*$/;
/** The frame of a box: `│ app 7 root │`. */
const FRAME = /^\s*[│║]\s?(.*?)\s*[│║]?\s*$/;
/** What editors and mail programs make of `->`. */
const ARROW = /\s(?:→|➔|[–—]>)\s/g;
const TAGS = /<\/?(?:pre|code|samp|tt|span|div|p|br|details|summary)\b[^<>]{0,200}>/gi;
/** `{code:java}`, `{noformat}` of Jira and Confluence. */
const JIRA = /\{(?:code|noformat|quote|panel)(?::[^{}]{0,60})?\}/g;
/** A line of a quote or of a fenced block: `> `, "```text". */
const QUOTE = /^(?:\s{0,3}>\s?)+(?!\s*$)/;
const EMPTY_QUOTE = /^(?:\s{0,3}>\s?)+\s*$/;
const FENCE = /^\s*(?:```|~~~)[\w+-]*\s*$/;
/** A line quoted as code by itself: `…` between two backticks, but not one inside of it. */
const INLINE_CODE = /^\s*`([^`]+)`\s*$/;
const MARKDOWN_ESCAPE = /\\([*_[\]()#<>|~`\\-])/g;
const ENTITIES: Readonly<Record<string, string>> = {
  '&gt;': '>',
  '&lt;': '<',
  '&amp;': '&',
  '&quot;': '"',
  '&#39;': "'",
  '&#x27;': "'",
  '&apos;': "'",
  '&nbsp;': ' ',
};
const ENTITY = /&(?:gt|lt|amp|quot|apos|nbsp|#39|#x27);/g;

/** `Nov 25 10:15:31 host7 app[123]: ` of the journal and syslog. */
const JOURNAL = /^[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d(?:\.\d+)? \S+ [^\s:[]+(?:\[\d+\])?: ?/;
const SPACE = 0x20;
const MONTH = /^[A-Z][a-z]{2} [ \d]\d \d/;

/** Of a line that may be JSON so much is looked at: no document of more is read. */
export const LONGEST_JSON = 1 << 24;
/** A line that JSON may begin with; Ansible says before it whose it is. */
export const JSON_START =
  /^\s*(?:[\w.-]{1,100} \| [A-Z]+!? => |(?:ok|changed|failed|fatal): \[[^\]]{1,100}\](?:: [A-Z]+!)? => )?(?:\{|\[)\s*(?:$|["{[])/;

/**
 * Walks the lines of a text that comes in pieces, without their ends: `['a\nb', 'c\n']` -> `a`, `bc`. Of a line of 100 MB only the
 * beginning is kept, and of a million lines none.
 */
export function* toRawLines(pieces: Iterable<string>): Generator<string> {
  const begun = new BegunLine();
  for (const piece of pieces) {
    let start = 0;
    for (;;) {
      const newline = piece.indexOf('\n', start);
      if (newline === -1) break;
      yield begun.isEmpty
        ? piece.slice(start, Math.min(newline, start + LONGEST_JSON))
        : begun.end(piece.slice(start, newline));
      start = newline + 1;
    }
    if (start < piece.length) begun.add(piece.slice(start));
  }
  if (!begun.isEmpty) yield begun.end('');
}

/** A line whose end is in a later piece. */
class BegunLine {
  #text = '';
  #most = LONGEST_LINE;

  get isEmpty(): boolean {
    return this.#text === '';
  }

  add(piece: string): void {
    if (this.isEmpty) this.#most = JSON_START.test(piece.slice(0, LONGEST_LINE)) ? LONGEST_JSON : LONGEST_LINE;
    const room = this.#most - this.#text.length;
    if (room > 0) this.#text += piece.slice(0, room);
  }

  end(piece: string): string {
    this.add(piece);
    const text = this.#text;
    this.#text = '';
    return text;
  }
}

function fromJson(listed: string): string {
  const value = parseJson(listed);
  return typeof value === 'string' ? value : listed;
}

/**
 * Takes away what terminals, mail, Markdown, HTML and Jira add to a line: `\r`, a byte order mark, colours, `> `, fences, tags, entities.
 *
 *     '> lr-x------ 1 r r 64 Nov 25 09:41 3 -&gt; /a\r' -> 'lr-x------ 1 r r 64 Nov 25 09:41 3 -> /a'
 *
 * A fence alone is an empty line.
 */
export function toPlainLine(raw: string): string {
  const line = raw.charCodeAt(6) === SPACE && MONTH.test(raw) ? raw.replace(JOURNAL, '') : raw;
  if (!DAMAGED.test(line)) return line;
  let text = line.replace(/^\uFEFF/, '').replaceAll('\u00A0', ' ');
  if (text.includes(ESCAPE)) text = text.replace(TERMINAL, '');
  if (text.includes('[')) text = text.replace(SPELT_TERMINAL, '');
  if (text.includes('{')) text = text.replace(JIRA, '');
  if (text.includes('<')) text = text.replace(TAGS, '');
  text = text.replace(/\r+$/, '');
  if (FENCE.test(text) || EMPTY_QUOTE.test(text)) return '';
  text = text.replace(QUOTE, '').replace(INLINE_CODE, '$1');
  if (text.includes('&')) text = text.replace(ENTITY, (entity) => ENTITIES[entity] ?? entity);
  text = text.replace(ARROW, ' -> ').replace(/[“”„]/g, '"').replace(/[‘’]/g, "'").replace(FRAME, '$1');
  if (/[—–]/.test(text)) text = text.replace(JOINED_MODE, (mode) => mode.replaceAll('—', '--').replaceAll('–', '-'));
  const [, listed] = LISTED.exec(text) ?? [];
  if (listed !== undefined) return fromJson(listed);
  return text.includes('\\') ? text.replace(MARKDOWN_ESCAPE, '$1') : text;
}
