/**
 * Whether the whole of `text` fits `glob`. Others choose the text: each `*` is tried from its latest place on, so that the work is at most
 * the product of both lengths.
 */
export function isGlobMatch(glob: string, text: string): boolean {
  let [at, within, starAt, starIn] = [0, 0, -1, 0];
  while (within < text.length) {
    if (glob[at] === '*') [starAt, starIn, at] = [at, within, at + 1];
    else if (glob[at] === '?' || glob[at] === text[within]) [at, within] = [at + 1, within + 1];
    else if (starAt >= 0) [at, starIn, within] = [starAt + 1, starIn + 1, starIn + 1];
    else return false;
  }
  while (glob[at] === '*') at += 1;
  return at === glob.length;
}
