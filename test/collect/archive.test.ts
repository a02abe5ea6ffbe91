import { gzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { pack } from 'tar-stream';
import { describe, expect, it } from 'vitest';
import { openArchive } from '../../src/collect/archive.ts';
import { packArchive } from '../../src/collect/pack-archive.ts';

type Header = Parameters<ReturnType<typeof pack>['entry']>[0];

async function tarOf(...members: readonly (readonly [Header, string?])[]): Promise<Uint8Array> {
  const writer = pack();
  for (const [header, text] of members) writer.entry(header, text ?? '');
  writer.finalize();
  const chunks: Uint8Array[] = [];
  for await (const chunk of writer) if (chunk instanceof Uint8Array) chunks.push(chunk);
  return Buffer.concat(chunks);
}

const open = (bytes: Uint8Array) => openArchive({ name: 'x.tgz', bytes, more: null });

describe('openArchive', () => {
  it('gives back what was packed', async () => {
    const bytes = await packArchive([{ name: 'proc/7/limits', text: 'Max open files' }]);
    const opened = await open(bytes);
    expect(opened).toMatchObject({ kind: 'files', files: [{ name: 'x.tgz:proc/7/limits' }] });
    expect(opened.kind === 'files' && Buffer.from(opened.files[0]!.bytes).toString()).toBe('Max open files');
  });

  it('gives back what is no archive as it is', async () => {
    const bytes = Buffer.from('lsof says');
    expect(await open(bytes)).toEqual({ kind: 'files', files: [{ name: 'x.tgz', bytes, more: null }] });
  });

  it.each([
    ['leads out', { name: '../../etc/cron.d/x' }],
    ['leads out', { name: '/etc/passwd' }],
    ['symlink', { name: 'a', type: 'symlink', linkname: '/etc/shadow' } as const],
    ['link', { name: 'a', type: 'link', linkname: 'b' } as const],
  ])('refuses a member that %s', async (why, header) => {
    const opened = await open(gzipSync(await tarOf([header])));
    expect(opened).toMatchObject({ kind: 'refused', because: expect.stringContaining(why) });
  });

  it('refuses a bomb before it is unpacked', async () => {
    const bomb = gzipSync(Buffer.alloc((512 << 20) + 1));
    expect(await open(bomb)).toMatchObject({ kind: 'refused', because: expect.stringContaining('512 MiB') });
  }, 60_000);

  it('refuses damaged data, whatever was changed in it, or reads it', async () => {
    const whole = await packArchive([
      { name: 'a', text: 'some text' },
      { name: 'b', text: 'more' },
    ]);
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length - 1), fc.nat(255), async (at, byte) => {
        const damaged = Uint8Array.from(whole);
        damaged[at] = byte;
        expect(['files', 'refused']).toContain((await open(damaged)).kind);
      }),
      { numRuns: 300 },
    );
  });
});
