import { parsePrompt } from './prompt.ts';

/** What ends a heading or a row, and has nothing behind it but the `$` of `cat -A`. */
const CERTAIN =
  /(?:\bNAME|\bPath|\binode|\bProcess|\bAddress(?::Port)?|\bState|\bUnits|Program name|(?:socket|pipe):\[\d+\]|\((?:deleted|[A-Z_0-9]{5,})\)|\bprotocol: \w+|\btotal \d+|\/fd\/?:) *\$$/;

/**
 * Takes away what `cat -A` makes visible: the `$` at the end of each line, `^I` for a tab, `M-BM- ` for a blank. It is recognised by the end of
 * a heading or of a row; the lines after it have it until one has none.
 */
export class ShownEnds {
  #isOn = false;

  take(line: string): string {
    if (!line.endsWith('$')) {
      if (this.#isOn && line !== '') this.#isOn = false;
      return line;
    }
    this.#isOn = (this.#isOn || CERTAIN.test(line)) && parsePrompt(line) === null;
    return this.#isOn ? line.slice(0, -1).replaceAll('^I', '\t').replace(/\^M$/, '') : line;
  }
}
