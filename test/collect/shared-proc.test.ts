import { rmSync } from 'node:fs';
import { expect, it } from 'vitest';
import { SharedProc } from '../../src/collect/shared-proc.ts';
import { writeTree } from './proc-tree.ts';

it('reads no more of a file than is wanted, as any other /proc', () => {
  const proc = new SharedProc(writeTree({ '42/cmdline': 'abcdef' }));
  expect(proc.text('42/cmdline', 3)).toEqual({ kind: 'read', value: 'abc' });
});

it('reads files of the machine once, and those of processes each time', () => {
  const root = writeTree({ stat: 'btime 1\n', '42/stat': 'x', 'self/ns/net': { link: 'net:[1]' } });
  const proc = new SharedProc(root);
  const read = () => [proc.text('stat').kind, proc.link('self/ns/net').kind, proc.text('42/stat').kind];
  expect(read()).toEqual(['read', 'read', 'read']);
  rmSync(root, { recursive: true });
  expect(read()).toEqual(['read', 'read', 'gone']);
});
