/** Exit statuses are an interface: scripts branch on them, so they are named and never reused. */
export const EXIT = { clean: 0, found: 1, usage: 2, cannotTell: 3, bug: 70, interrupted: 130 } as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
