import { readdirSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT } from './root.ts';

/** A file's path, and the paths that it imports. */
type Imports = ReadonlyMap<string, readonly string[]>;

function readImports(): Imports {
  const files = readdirSync(`${ROOT}src`, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.ts'));
  return new Map(files.map((path) => [path, importsOf(path, readFileSync(`${ROOT}src/${path}`, 'utf8'))]));
}

/** Types count: what is known of another folder must be read to understand this one. */
function importsOf(path: string, text: string): string[] {
  return [...text.matchAll(/(?:\bfrom |\bimport\()'(\.[^']+)'/g)].map(([, to = '']) =>
    posix.join(posix.dirname(path), to),
  );
}

/** `core/parse` of `core/parse/ip.ts`; a file beside such folders stands for itself, as `app/world.ts`. */
function folderOf(path: string): string {
  const parts = path.split('/');
  return parts.length > 2 ? parts.slice(0, 2).join('/') : path;
}

/** Groups of folders each of which leads to all others of its group. */
function findCycles(imports: Imports): string[][] {
  const next = new Map<string, Set<string>>();
  for (const [from, all] of imports) {
    const folder = folderOf(from);
    const known = next.get(folder) ?? new Set();
    for (const to of all) if (folderOf(to) !== folder) known.add(folderOf(to));
    next.set(folder, known);
  }
  const reached = new Map([...next.keys()].map((folder) => [folder, reach(folder, next)]));
  const cycles = [...reached].map(([folder, all]) =>
    [...all].filter((other) => reached.get(other)?.has(folder) === true),
  );
  const texts = new Set(cycles.filter((cycle) => cycle.length > 1).map((cycle) => cycle.toSorted().join(' ')));
  return [...texts].map((text) => text.split(' '));
}

function reach(start: string, next: ReadonlyMap<string, ReadonlySet<string>>): ReadonlySet<string> {
  const seen = new Set<string>();
  const queue = [start];
  for (let folder = queue.pop(); folder !== undefined; folder = queue.pop()) {
    for (const to of next.get(folder) ?? []) {
      if (!seen.has(to)) queue.push(to);
      seen.add(to);
    }
  }
  return seen;
}

test('no folder imports one that imports it in turn', () => {
  expect(findCycles(readImports())).toEqual([]);
});

test('a planted circle of folders is seen, also one of types alone and one over three', () => {
  const planted = (...lines: readonly (readonly [string, string])[]): string[][] =>
    findCycles(
      new Map([...readImports(), ...lines.map(([path, text]): [string, string[]] => [path, importsOf(path, text)])]),
    );

  expect(planted(['core/model/a.ts', "import type { B } from '../parse/ip.ts';"])).toEqual([
    expect.arrayContaining(['core/model', 'core/parse']),
  ]);
  expect(
    planted(
      ['core/p/a.ts', "import { b } from '../q/b.ts';"],
      ['core/q/b.ts', "export { c } from '../r/c.ts';"],
      ['core/r/c.ts', "const { a } = await import('../p/a.ts');"],
    ),
  ).toEqual([['core/p', 'core/q', 'core/r']]);
});
