import { createHash } from 'node:crypto';

/** What a page is made of that is not ours: uPlot, as `readFile` has it, and the hash by which a browser runs a text that is inline. */
export function toPageAssets(readFile: (name: string) => string) {
  return {
    libraryScript: readFile('uPlot.iife.min.js'),
    libraryStyle: readFile('uPlot.min.css'),
    hashOf: (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`,
  };
}
