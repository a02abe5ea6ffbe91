/**
 * Makes the page that explains a pasted listing: one file that works offline, made of docs/site and the core.
 *
 *     npm run build:site            dist-site/index.html
 *     node scripts/site.js FOLDER
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const FROM = fileURLToPath(new URL('../docs/site/', import.meta.url));
const folder = process.argv[2] ?? 'dist-site';

/** One script of all that it imports. An end tag in it would end its element. */
async function bundle(name) {
  const build = await rolldown({ input: join(FROM, name), platform: 'browser' });
  const { output } = await build.generate({ format: 'iife', minify: true, codeSplitting: false });
  await build.close();
  return output[0].code.trim().replaceAll('</script', '<\\/script');
}

const hash = (text) => `sha256-${createHash('sha256').update(text).digest('base64')}`;

const page = await bundle('page.ts');
const style = readFileSync(join(FROM, 'page.css'), 'utf8');
const pieces = new Map([
  ['style', style],
  ['worker', await bundle('worker.ts')],
  ['page', page],
]);
const html = readFileSync(join(FROM, 'page.html'), 'utf8')
  .replace('PAGE_HASH', hash(page))
  .replace('STYLE_HASH', hash(style))
  .replace(/(<(?:style|script)\b[^>]* ?id="(\w+)"[^>]*>)(?=<\/)/g, (tag, begin, id) => begin + (pieces.get(id) ?? ''));
mkdirSync(folder, { recursive: true });
writeFileSync(join(folder, 'index.html'), html);
console.log(`${join(folder, 'index.html')}: ${Math.ceil(html.length / 1024)} KiB`);
