import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { isSecureStart } from '../../src/collect/secure-start.ts';

const AT_PAGESZ = 6n;
const AT_SECURE = 23n;

function auxv(...entries: readonly (readonly [bigint, bigint])[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'auxv-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'auxv');
  writeFileSync(path, new Uint8Array(new BigUint64Array(entries.flat()).buffer));
  return path;
}

it('tells a start with more rights than the caller has', () => {
  expect(isSecureStart(auxv([AT_PAGESZ, 4096n], [AT_SECURE, 1n], [0n, 0n]))).toBe(true);
  expect(isSecureStart(auxv([AT_PAGESZ, 4096n], [AT_SECURE, 0n], [0n, 0n]))).toBe(false);
  expect(isSecureStart()).toBe(false);
});

it('takes a machine without /proc for none', () => {
  expect(isSecureStart('/nonexistent/auxv')).toBe(false);
});
