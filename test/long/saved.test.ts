import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { pack } from 'tar-stream';
import { expect, it } from 'vitest';
import { openArchive } from '../../src/collect/archive.ts';
import { readNamed } from '../../src/core/saved/read-named.ts';
import { readSaved } from '../../src/core/saved/read-saved.ts';
import { summarise } from '../../src/core/saved/summarise.ts';

const TEXTS = Number(process.env['FDLEAK_SAVED_TEXTS'] ?? 50_000);
const ARCHIVES = Number(process.env['FDLEAK_SAVED_ARCHIVES'] ?? 5000);
const FOLDER = fileURLToPath(new URL('../../fixtures/saved/', import.meta.url));
const MS = 1_800_000;

const texts = readdirSync(FOLDER)
  .filter((name) => /^\d/.test(name))
  .map((name) => readFileSync(`${FOLDER}/${name}`, 'utf8'));

/** One of the ways in which people and programs damage a text. */
const mutation = fc.oneof(
  fc
    .record({ at: fc.nat(), put: fc.string({ unit: 'binary', maxLength: 20 }) })
    .map(({ at, put }) => (text: string) => {
      const place = at % (text.length + 1);
      return text.slice(0, place) + put + text.slice(place + put.length);
    }),
  fc.record({ from: fc.nat(), length: fc.nat({ max: 2000 }) }).map(({ from, length }) => (text: string) => {
    const place = from % (text.length + 1);
    return text.slice(0, place) + text.slice(place + length);
  }),
  fc.integer({ min: 20, max: 120 }).map(
    (width) => (text: string) =>
      text
        .split('\n')
        .map((line) => line.slice(0, width))
        .join('\n'),
  ),
  fc.constantFrom('> ', '12: ', '| ', '\t', '\u001B[1m', 'app-1  | ').map(
    (prefix) => (text: string) =>
      text
        .split('\n')
        .map((line) => prefix + line)
        .join('\n'),
  ),
  fc.constantFrom(...texts).map((other) => (text: string) => `${text}$ cat other\n${other}`),
);

const cpuMs = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

it('reads mutated texts within a second each, and accounts for every line', { timeout: MS }, () => {
  const mutations = fc.array(mutation, { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(fc.constantFrom(...texts), mutations, (text, damages) => {
      const damaged = damages.reduce((all, damage) => damage(all), text);
      const before = cpuMs();
      const { parts, otherLines } = readSaved(damaged);
      for (const part of parts) summarise(part);
      expect(cpuMs() - before).toBeLessThan(1000);
      const lines = damaged === '' ? 0 : damaged.split('\n').length - (damaged.endsWith('\n') ? 1 : 0);
      expect(parts.reduce((sum, part) => sum + part.lines, otherLines)).toBe(lines);
    }),
    { numRuns: TEXTS },
  );
});

async function tarOf(members: readonly (readonly [name: string, text: string])[]): Promise<Uint8Array> {
  const writer = pack();
  for (const [name, text] of members) writer.entry({ name }, text);
  writer.finalize();
  const chunks: Uint8Array[] = [];
  for await (const chunk of writer) if (chunk instanceof Uint8Array) chunks.push(chunk);
  return Buffer.concat(chunks);
}

it('reads or refuses damaged archives, packed and not, within a second each', { timeout: MS }, async () => {
  const tar = await tarOf(texts.map((text, at): [string, string] => [`proc/${at}/fd-${at}`, text.slice(0, 700)]));
  const damage = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 6 });
  // Most of a tar is text: headers are where a reader may go wrong.
  const headers = [...tar.keys()].filter((at) => at % 1024 < 512);
  await fc.assert(
    fc.asyncProperty(damage, fc.boolean(), fc.option(fc.nat(tar.length)), async (bytes, isPacked, cut) => {
      const damaged = Uint8Array.from(cut === null ? tar : tar.subarray(0, cut));
      for (const [at, byte] of bytes) damaged[headers[at % headers.length] ?? 0] = byte;
      const before = cpuMs();
      const opened = await openArchive({ name: 'x', bytes: isPacked ? gzipSync(damaged) : damaged, more: null });
      if (opened.kind === 'files')
        for (const { name, bytes: content } of opened.files) readNamed(name, Buffer.from(content).toString());
      expect(cpuMs() - before).toBeLessThan(1000);
    }),
    { numRuns: ARCHIVES },
  );
});

it('refuses an archive of more members than any capture has', { timeout: MS }, async () => {
  const bytes = gzipSync(await tarOf(Array.from({ length: 100_001 }, (_, at): [string, string] => [`m${at}`, ''])));
  expect(await openArchive({ name: 'x', bytes, more: null })).toMatchObject({ kind: 'refused' });
});
