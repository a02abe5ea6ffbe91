import { fileURLToPath } from 'node:url';
import type { World } from '../app/world.ts';
import { toWorld } from '../machine.ts';

/** The program of this package, as seen from dist/library/world.js. */
const PROGRAM = fileURLToPath(new URL('../../bin/fdleak.js', import.meta.url));

let known: World | null = null;

/** The machine that the library looks at: made when it is first needed, and then kept. */
export function theWorld(): World {
  known ??= toWorld([process.execPath, PROGRAM]);
  return known;
}
