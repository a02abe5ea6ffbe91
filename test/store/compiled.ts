import { chmodSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execaSync } from 'execa';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Compiles the store for helper processes: Node cannot run TypeScript by itself. Returns its folder and what removes it. */
export function compileStore(): { readonly folder: string; readonly remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), 'fdleak-compiled-'));
  chmodSync(folder, 0o755);
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  writeFileSync(
    join(folder, 'tsconfig.json'),
    JSON.stringify({
      extends: join(ROOT, 'tsconfig.json'),
      compilerOptions: { noEmit: false, rootDir: ROOT, outDir: folder, typeRoots: [join(ROOT, 'node_modules/@types')] },
      include: [join(ROOT, 'src/store')],
    }),
  );
  execaSync('npx', ['tsc', '-p', folder], { cwd: ROOT });
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

export function toProcess(name: 'writer.js' | 'reader.js'): string {
  return join(ROOT, 'test/store/processes', name);
}
