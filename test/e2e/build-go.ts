import { execa } from 'execa';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A Go program that takes connections and keeps them, with its profiles by HTTP. */
export const LEAKY_GO = fileURLToPath(new URL('./processes/go/leaky.go', import.meta.url));

/** Builds a Go program of one file, with a cache that outlives the tests. */
export async function buildGo(source: string, target: string): Promise<void> {
  const env = { GOCACHE: join(tmpdir(), 'fdleak-go-cache'), GO111MODULE: 'off', GOFLAGS: '' };
  await execa('go', ['build', '-o', target, source], { env });
}
