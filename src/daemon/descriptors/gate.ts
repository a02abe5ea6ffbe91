/** What is known about our descriptors at one moment. */
export interface DescriptorUse {
  readonly open: number;
  /** Descriptors that clients already admitted will still need: a ServerSocket for each one that waits. */
  readonly promised: number;
  readonly softLimit: number;
}

const MIN_RESERVE = 8;
const MAX_RESERVE = 256;

/** Descriptors kept free of clients for ConnCmd, the status port, stray connections and a newly registered service. */
export function toReserve(softLimit: number): number {
  return Math.min(MAX_RESERVE, Math.max(MIN_RESERVE, Math.floor(softLimit / 16)));
}

/**
 * Decides whether one more client fits: it takes two descriptors, one now and one when it is paired.
 *
 * Closes when a client would cut into the reserve, opens again below a lower mark, so that it does not flap
 * with every connection that ends.
 */
export class DescriptorGate {
  #isOpen = true;

  admits({ open, promised, softLimit }: DescriptorUse): boolean {
    const reserve = toReserve(softLimit);
    const after = open + promised + 1;
    if (after > softLimit - reserve) this.#isOpen = false;
    else if (after <= softLimit - 2 * reserve) this.#isOpen = true;
    return this.#isOpen;
  }
}
