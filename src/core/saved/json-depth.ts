/** Documents nest less. */
const DEEPEST = 1000;

/** Whether a line is a document by itself. */
export function isClosedAlone(line: string): boolean {
  const depth = new Depth();
  depth.take(line);
  return depth.isClosed;
}

/** Counts brackets outside of strings. */
export class Depth {
  #depth = 0;

  take(line: string): void {
    let inString = false;
    for (let at = 0; at < line.length; at++) {
      const code = line.charCodeAt(at);
      if (inString) {
        if (code === BACKSLASH) at += 1;
        else if (code === QUOTE) inString = false;
      } else if (code === QUOTE) inString = true;
      else if (code === OPEN_OBJECT || code === OPEN_LIST) this.#depth += 1;
      else if (code === CLOSE_OBJECT || code === CLOSE_LIST) this.#depth -= 1;
    }
    // JSON has no line breaks in strings: what a paste breaks there is no JSON any more.
  }

  reset(): void {
    this.#depth = 0;
  }

  get isClosed(): boolean {
    return this.#depth <= 0;
  }

  get isTooDeep(): boolean {
    return this.#depth > DEEPEST;
  }
}

const [QUOTE, BACKSLASH, OPEN_OBJECT, CLOSE_OBJECT, OPEN_LIST, CLOSE_LIST] = [0x22, 0x5c, 0x7b, 0x7d, 0x5b, 0x5d];
