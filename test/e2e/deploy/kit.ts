import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { onTestFinished } from 'vitest';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

export const DEPLOY = `${ROOT}deploy/`;

export const readKit = (path: string): string => readFileSync(DEPLOY + path, 'utf8');

/** A folder that goes with the test. */
export function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'fdleak-deploy-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** What tsc says of a module that may import packages of ours; empty where nothing is wrong with it. */
export async function findTypeErrors(source: string): Promise<string> {
  const folder = makeFolder();
  symlinkSync(`${ROOT}node_modules`, join(folder, 'node_modules'));
  writeFileSync(join(folder, 'checked.ts'), source);
  const compilerOptions = {
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    allowImportingTsExtensions: true,
    module: 'nodenext',
    target: 'es2023',
    types: [],
  };
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['checked.ts'] }));
  const { stdout } = await execa(`${ROOT}node_modules/.bin/tsc`, ['-p', folder], { reject: false });
  return stdout;
}
