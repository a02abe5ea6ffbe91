/** A word this far from what was meant is a slip of the finger. */
const MOST_SLIPS = 2;
const LONGEST = 40;

/** The name that somebody most likely meant: `orphand` -> `orphaned`; null when none is near. */
export function findNearest(word: string, names: readonly string[]): string | null {
  if (word.length > LONGEST) return null;
  let nearest: string | null = null;
  let least = MOST_SLIPS + 1;
  for (const name of names) {
    const slips = countSlips(word.toLowerCase().replaceAll('_', '-'), name);
    if (slips < least) [nearest, least] = [name, slips];
  }
  return nearest;
}

/** Levenshtein's distance. */
function countSlips(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const swap = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, swap));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
