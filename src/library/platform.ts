/** Says once for each reason that nothing was looked at. Never silent: a check that did not run has not passed. */
const told = new Set<string>();

/** Why this machine cannot be looked at: `/proc` is Linux's. null where it can. */
export function whyUnsupported(platform: string = process.platform): string | null {
  return platform === 'linux' ? null : `fdleak: skipped, nothing was checked: needs Linux (/proc), this is ${platform}`;
}

/** Warns in one line, by way of `process.emitWarning`, so that the program decides where warnings go. */
export function warnSkipped(because: string): void {
  if (told.has(because)) return;
  told.add(because);
  process.emitWarning(because);
}
