import type { SavedLine } from './lines.ts';

/** Said of what stands under the header of watch(1). */
export const WATCHED = 'watch(1) cut the rows to its window';

const PORT_AT_END = /:\d{1,5}$/;
/** A state that a window cut: `… (CLOSE_W`. */
const CUT_STATE = / \([A-Z_0-9]*$/;
/** Rows of TCP that end in a port: lsof and netstat print the state behind it. */
const STATELESS = /\sTCP \S+:\d{1,5}$|^\s*tcp6?\s+\d+\s+\d+\s+\S+\s+\S+:\d{1,5}$/;
const HAS_STATE =
  /\sTCP \S+ \([A-Z_0-9]+\)$|^\s*tcp6?\s.*\s(?:LISTEN|ESTABLISHED|CLOSE_WAIT|TIME_WAIT|FIN_WAIT[12]|SYN_SENT|LAST_ACK)\b/;

/**
 * A window that cut a row within a port leaves a shorter number, which is another port: `…->10.0.0.7:54` of `:5432`. Rows as wide as the
 * widest that end so are given a port that is not a number, where some row tells that there was a window.
 */
export function withoutCutPorts(lines: readonly SavedLine[], isWatched: boolean): readonly SavedLine[] {
  const width = lines.reduce((widest, { text, isGlued }) => (isGlued ? widest : Math.max(widest, text.length)), 0);
  const isOfWindow = ({ text, isGlued }: SavedLine): boolean => text.length === width && isGlued !== true;
  const isCut =
    isWatched ||
    (lines.some((line) => isOfWindow(line) && (CUT_STATE.test(line.text) || STATELESS.test(line.text))) &&
      lines.some(({ text }) => HAS_STATE.test(text) || CUT_STATE.test(text)));
  if (!isCut) return lines;
  return lines.map((line) =>
    isOfWindow(line) && PORT_AT_END.test(line.text) ? { ...line, text: line.text.replace(PORT_AT_END, ':…') } : line,
  );
}
