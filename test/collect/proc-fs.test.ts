import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ProcFs } from '../../src/collect/proc-fs.ts';

describe('ProcFs', () => {
  it('reads a small file below /proc/sys after one of many megabytes: a large read there is refused', () => {
    const folder = mkdtempSync(join(tmpdir(), 'fdleak-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    writeFileSync(join(folder, 'tcp'), 'x'.repeat(9_000_000));

    const large = new ProcFs(folder).text('tcp');
    const small = new ProcFs().text('sys/kernel/random/boot_id');

    expect(large.kind === 'read' ? large.value.length : large).toBe(9_000_000);
    expect(small).toMatchObject({ kind: 'read', value: expect.stringMatching(/^[0-9a-f-]{36}\n$/) });
  });

  it('tells what is gone from what is denied and from what fails otherwise', () => {
    const proc = new ProcFs();
    expect(proc.text('4194304/stat').kind).toBe('gone');
    expect(proc.text('self').kind).toBe('failed');
    expect(proc.link('self/fd/0').kind).toBe('read');
  });
});
