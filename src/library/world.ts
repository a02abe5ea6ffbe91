import type { World } from '../app/world.ts';
import { toWorld } from '../machine.ts';

let known: World | null = null;

/** The machine that the library looks at: made when it is first needed, and then kept. */
export function theWorld(): World {
  known ??= toWorld();
  return known;
}
