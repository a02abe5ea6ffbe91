import type { Descriptor } from '../model/descriptor.ts';
import type { Counts } from '../model/sample.ts';

/** How many descriptors there are of each name. */
export function tally(descriptors: readonly Descriptor[], nameOf: (descriptor: Descriptor) => string): Counts {
  const counts: Record<string, number> = {};
  for (const descriptor of descriptors) {
    const name = nameOf(descriptor);
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}
