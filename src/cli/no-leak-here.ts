/** Why the reference proxy cannot leak in this program; null: it can. Bun closes a socket that nobody reads, when its other end is gone. */
export const NO_LEAK_HERE: string | null =
  process.versions['bun'] === undefined
    ? null
    : 'the reference proxy leaks by the way Node leaves a paused socket open; this single file runs on Bun, which closes it. Next: the npm package has the demo';
