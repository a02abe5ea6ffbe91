// Writes dist/LICENCES.txt: the licence texts of what the bundle in dist/bin holds, and of what that needs.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const readManifest = (folder) => JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));

/** The folder that `name` is resolved to from `folder`, as Node does. */
function locate(name, folder) {
  for (let at = folder; ; at = dirname(at)) {
    const found = join(at, 'node_modules', name);
    if (existsSync(join(found, 'package.json'))) return found;
    if (dirname(at) === at) return null;
  }
}

const folders = new Set();
const add = (names, folder) => {
  for (const name of names) {
    const found = locate(name, folder);
    if (found === null || folders.has(found)) continue;
    folders.add(found);
    add(Object.keys(readManifest(found).dependencies ?? {}), found);
  }
};
add(Object.keys(readManifest('.').dependencies), process.cwd());

const texts = [...folders].map((folder) => {
  const { name, version, license } = readManifest(folder);
  const files = readdirSync(folder).filter((file) => /^(licen[cs]e|copying|notice)/i.test(file));
  const text = files.map((file) => readFileSync(join(folder, file), 'utf8').trim()).join('\n\n');
  return { name, text: `${name} ${version} (${license ?? 'see its text'})\n\n${text}\n` };
});
texts.sort((a, b) => a.name.localeCompare(b.name));
writeFileSync('dist/LICENCES.txt', texts.map(({ text }) => text).join(`\n${'-'.repeat(80)}\n\n`));
