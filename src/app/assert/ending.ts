/** How a command ended: `exit status 7`, `SIGTERM`, `cannot be started: ENOENT`. */
export type Ending =
  | { readonly kind: 'exited'; readonly status: number }
  | { readonly kind: 'signalled'; readonly signal: string }
  | { readonly kind: 'not-started'; readonly because: string };

/** Words for people: `exit status 7`. */
export function sayEnding(ending: Ending): string {
  switch (ending.kind) {
    case 'exited':
      return `exit status ${ending.status}`;
    case 'signalled':
      return `ended by ${ending.signal}`;
    case 'not-started':
      return `cannot be started: ${ending.because}`;
  }
}
