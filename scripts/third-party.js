/**
 * Writes what has to go with the single file: THIRD-PARTY.md (each part, its licence and source, how to relink, the licence texts) and
 * fdleak.cdx.json (the same as a bill of materials, CycloneDX).
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import TEXTS from 'spdx-license-list/full.js';
import { BUN_LICENCES } from './bun-licences.js';

/** `bun` is the path of the Bun that the file begins with: it tells itself which commits it was built from. */
export function writeThirdParty(bun, root) {
  const versions = JSON.parse(execFileSync(bun, ['-p', 'JSON.stringify(process.versions)'], { encoding: 'utf8' }));
  const revision = execFileSync(bun, ['--revision'], { encoding: 'utf8' }).trim();
  const parts = BUN_LICENCES.map(({ name, licence, source, key }) => {
    return { name, licence, source, version: key === null ? null : versions[key] };
  });
  writeFileSync(`${root}dist-bin/THIRD-PARTY.md`, toNotice(parts, { revision, root, webkit: versions['webkit'] }));
  writeFileSync(`${root}dist-bin/fdleak.cdx.json`, `${JSON.stringify(toBill(parts, root), null, 2)}\n`);
}

const idsOf = (licence) => licence.split(/ (?:AND|WITH) /).filter((id) => id !== 'LLVM-exception');

function toNotice(parts, { revision, webkit, root }) {
  const texts = [...new Set(parts.flatMap(({ licence }) => idsOf(licence)))].sort((a, b) => a.localeCompare(b));
  return `# What is in the single file

fdleak itself is under the MIT licence. The file is that program behind Bun ${revision}, whose parts are these. A version is what
\`process.versions\` of that Bun tells; where it tells none, the source tree of Bun at that revision names it (\`scripts/build/deps\`).

| part | licence | version or commit | source |
| --- | --- | --- | --- |
${parts.map(({ name, licence, version, source }) => `| ${name} | ${licence} | ${version ?? ''} | ${source} |`).join('\n')}

## Relink it with another WebKit or tinycc

WebKit (LGPL-2.0) and tinycc (LGPL-2.1) are linked statically. Whoever has this file may change them and put the file together again:

1. \`git clone https://github.com/oven-sh/bun\`, and check out the revision behind the \`+\` of ${revision}.
2. \`git clone https://github.com/oven-sh/WebKit vendor/WebKit\` in it, and check out ${webkit}. Change it, or
   \`vendor/tinycc\`, which the build fetches at the commit above.
3. \`bun run build:local\` compiles JavaScriptCore and Bun's bindings, and links a new \`bun\`.
4. In a clone of fdleak: \`npm ci && FDLEAK_BUN=/path/of/that/bun npm run build:binary\`.

The sources of fdleak and the script that puts the file together are in its repository, under MIT.

## Packages of npm

${readFileSync(`${root}dist/LICENCES.txt`, 'utf8')}
## Licence texts of the parts of Bun

Copyright lines are in the source of each part, at the commit above.

${texts.map((id) => `### ${id}: ${TEXTS[id].name}\n\n${TEXTS[id].licenseText.trim()}\n`).join('\n')}`;
}

/** What npm says of the packages, and the parts of Bun. Two builds are the same: without the time and the serial number. */
function toBill(parts, root) {
  const said = execFileSync('npm', ['sbom', '--sbom-format', 'cyclonedx', '--omit', 'dev', '--package-lock-only'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 << 20,
  });
  const { serialNumber: _number, metadata, components, ...bill } = JSON.parse(said);
  const { timestamp: _time, tools: _tools, ...about } = metadata;
  const ofBun = parts.map(({ name, licence, version, source }) => ({
    'bom-ref': `bun/${name}`,
    type: 'library',
    name,
    ...(version === null ? {} : { version }),
    licenses: [{ expression: licence }],
    externalReferences: [{ type: 'vcs', url: source }],
  }));
  return {
    ...bill,
    metadata: { ...about, component: { ...about.component, type: 'application', name: 'fdleak' } },
    components: [...components, ...ofBun],
  };
}
