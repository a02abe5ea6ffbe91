import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { openReader, openWriter, type WriterOptions } from '../../src/store/open-history.ts';
import type { HistoryReader } from '../../src/store/reader.ts';
import type { HistoryWriter } from '../../src/store/writer.ts';
import { OWNER } from './tick-builder.ts';

export function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'fdleak-store-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export const OPTIONS: WriterOptions = { owner: OWNER, isRunning: () => false };

export async function mustWrite(path: string, options: Partial<WriterOptions> = {}): Promise<HistoryWriter> {
  const opened = await openWriter(path, { ...OPTIONS, ...options });
  if (opened.kind !== 'opened') throw new Error(`could not open ${path}: ${JSON.stringify(opened)}`);
  return opened.history;
}

export async function mustRead(path: string): Promise<HistoryReader> {
  const opened = await openReader(path);
  if (opened.kind !== 'opened') throw new Error(`could not open ${path}: ${opened.because}`);
  return opened.history;
}

/** What is said of a history that a test knows to be readable. */
export function valueOf<T>(
  read: { readonly kind: 'read'; readonly value: T } | { readonly kind: 'fault'; readonly because: string },
): T {
  if (read.kind === 'fault') throw new Error(read.because);
  return read.value;
}
