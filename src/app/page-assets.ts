import { createHash } from 'node:crypto';

/** What a page is made of that is not ours: uPlot, as `readFile` has it, and the hash by which a browser runs a text that is inline. */
export function toPageAssets(readFile: (name: string) => string) {
  return {
    libraryScript: readFile('uPlot.iife.min.js'),
    libraryStyle: readFile('uPlot.min.css'),
    hashOf,
  };
}

/** `'sha256-…'` of a text that is inline in a page, by which alone a browser takes it. */
export function hashOf(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}
