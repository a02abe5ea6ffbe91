import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readSavedBytes } from '../../src/collect/saved-files.ts';
import { toPieces, toText } from '../../src/collect/saved-text.ts';

const TEXT = 'COMMAND PID USER   FD   TYPE DEVICE SIZE/OFF NODE NAME\n';
const wide = Buffer.from(TEXT, 'utf16le');

describe('toText', () => {
  it.each([
    ['UTF-8', Buffer.from(TEXT)],
    ['UTF-16 with a mark', Buffer.concat([Buffer.from([0xff, 0xfe]), wide])],
    ['UTF-16 of the other order', Buffer.concat([Buffer.from([0xfe, 0xff]), Buffer.from(wide).swap16()])],
    ['UTF-16 without a mark', wide],
  ])('reads %s', (_, bytes) => {
    expect(toText(bytes)).toBe(TEXT);
  });

  it('takes the fields of lsof -F0 for UTF-8', () => {
    const fields = 'p7\0\nf3\0tREG\0n/a\0\n'.repeat(40);
    expect(toText(Buffer.from(fields))).toBe(fields);
  });
});

describe('toPieces', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'fdleak-pieces-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.each([
    ['UTF-8', (text: string) => Buffer.from(text)],
    ['UTF-16', (text: string) => Buffer.from(`\uFEFF${text}`, 'utf16le')],
  ])('gives a large file in %s as it is, wherever a piece ends', (name, encode) => {
    const text = `${'é€ 7\n'.repeat(1_200_000)}end`;
    const path = join(folder, name);
    writeFileSync(path, encode(text));
    const read = readSavedBytes([path]);
    const [file] = read.kind === 'read' ? read.files : [];
    expect(file!.more).not.toBeNull();
    expect(file!.bytes.length).toBeLessThan(5 << 20);
    // toBe would print both.
    expect([...toPieces(file!)].join('').replace('\uFEFF', '') === text).toBe(true);
  });

  it('refuses a file that grew beyond 512 MiB after it was opened', () => {
    const path = join(folder, 'grown');
    writeFileSync(path, 'x'.repeat(5 << 20));
    const read = readSavedBytes([path]);
    truncateSync(path, 600 << 20);
    const [file] = read.kind === 'read' ? read.files : [];
    expect(() => {
      for (const piece of toPieces(file!)) expect(piece.length).toBeLessThan(1 << 20);
    }).toThrow('grown: larger than 512 MiB');
  });
});
