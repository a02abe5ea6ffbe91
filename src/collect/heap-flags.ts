/** Flags of V8 by which a process that runs for months keeps its young generation small. */
export const SMALL_HEAP = ['--semi-space-growth-factor=1', '--max-semi-space-size=4'] as const;

/** What those are by themselves: 0 lets V8 choose. */
export const USUAL_HEAP = ['--semi-space-growth-factor=2', '--max-semi-space-size=0'] as const;
