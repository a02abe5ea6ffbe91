import { once } from 'node:events';
import { gzipSync } from 'node:zlib';

/** One member of an archive to be. */
export interface ArchiveEntry {
  readonly name: string;
  readonly text: string;
}

/** Packs texts into a gzipped tar. All members have the same owner, mode and time: they tell nothing of this machine. */
export async function packArchive(entries: readonly ArchiveEntry[]): Promise<Uint8Array> {
  const { pack } = await import('tar-stream');
  const writer = pack();
  const chunks: Buffer[] = [];
  writer.on('data', (chunk: unknown) => {
    if (chunk instanceof Uint8Array) chunks.push(Buffer.from(chunk));
  });
  for (const { name, text } of entries) writer.entry({ name, mode: 0o600, mtime: new Date(0) }, text);
  writer.finalize();
  await once(writer, 'end');
  return gzipSync(Buffer.concat(chunks));
}
