/**
 * Flags of V8 by which its young generation stays small: it would grow to 32 MB while thousands of descriptors are read, and in a watch of
 * months, for no gain in time.
 */
export const SMALL_HEAP = ['--semi-space-growth-factor=1', '--max-semi-space-size=4'] as const;
