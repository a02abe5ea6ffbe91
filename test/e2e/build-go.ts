import { execa } from 'execa';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll } from 'vitest';

/** A Go program that takes connections and keeps them, with its profiles by HTTP. */
export const LEAKY_GO = fileURLToPath(new URL('./processes/go/leaky.go', import.meta.url));

/** Builds {@link LEAKY_GO} in a folder that is there for the tests of a file. */
export function setUpLeakyGo(): { readonly folder: string; readonly program: string } {
  const folder = mkdtempSync(join(tmpdir(), 'fdleak-go-'));
  const program = join(folder, 'leaky');
  beforeAll(async () => await buildGo(LEAKY_GO, program));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return { folder, program };
}

/** Builds a Go program of one file, with a cache that outlives the tests. */
export async function buildGo(source: string, target: string): Promise<void> {
  const env = { GOCACHE: join(tmpdir(), 'fdleak-go-cache'), GO111MODULE: 'off', GOFLAGS: '' };
  await execa('go', ['build', '-o', target, source], { env });
}
