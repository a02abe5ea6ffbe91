import { type OpenKeys, toLookKey } from '../../../src/core/exercise/growth.ts';
import type { Descriptor } from '../../../src/core/model/descriptor.ts';
import { aDescriptor } from '../../inspection-builder.ts';

export const file = (fd: number, target = `/data/${fd}`): Descriptor => aDescriptor({ fd, target });
export const look = (...open: readonly Descriptor[]): OpenKeys =>
  new Set(open.map(({ fd, target }) => toLookKey(fd, target)));

/** One descriptor a run, each with its own number; the looks before the first run and after each. */
export function grow(
  make: (run: number) => Descriptor,
  runs = 3,
): { looks: readonly OpenKeys[]; final: readonly Descriptor[] } {
  const final = Array.from({ length: runs }, (_, run) => make(run));
  return { looks: Array.from({ length: runs + 1 }, (_, run) => look(...final.slice(0, run))), final };
}
