/**
 * What reading one thing of the world gave. `gone` (ENOENT, ESRCH) during a walk is not an error; `denied` is
 * EACCES or EPERM; `failed` is any other errno, quoted.
 */
export type Reading<T> =
  | { readonly kind: 'read'; readonly value: T }
  | { readonly kind: 'gone'; readonly path: string }
  | { readonly kind: 'denied'; readonly path: string }
  | { readonly kind: 'failed'; readonly path: string; readonly because: string };

/** What running another program gave: its text, or why there is none. */
export type ToolRun =
  | { readonly kind: 'ran'; readonly stdout: string; readonly stderr: string; readonly tookMs: number }
  | { readonly kind: 'unavailable'; readonly because: string }
  | { readonly kind: 'timed-out'; readonly afterMs: number }
  | { readonly kind: 'failed'; readonly because: string; readonly stdout: string; readonly stderr: string };
