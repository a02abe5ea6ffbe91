import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

/** What a page is made of that is not ours: uPlot, as it is published, and the hash by which a browser runs a text that is inline. */
export function readPageAssets() {
  const { resolve } = createRequire(import.meta.url);
  const read = (name: string): string => readFileSync(resolve(`uplot/dist/${name}`), 'utf8');
  return {
    libraryScript: read('uPlot.iife.min.js'),
    libraryStyle: read('uPlot.min.css'),
    hashOf: (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`,
  };
}
