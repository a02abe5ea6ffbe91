/** When a command that was started is ready to be exercised. */
export type Ready =
  | { readonly kind: 'port'; readonly port: number }
  | { readonly kind: 'log'; readonly pattern: RegExp }
  | { readonly kind: 'file'; readonly path: string }
  /** Its number of descriptors has not changed for half a second. */
  | { readonly kind: 'calm' };

/** What is missing while it is not ready, in words. */
export function sayNotReady(ready: Ready): string {
  switch (ready.kind) {
    case 'port':
      return `it does not listen on port ${ready.port}`;
    case 'log':
      return `no line of its output matches ${ready.pattern}`;
    case 'file':
      return `there is no file ${ready.path}`;
    case 'calm':
      return 'the number of its descriptors keeps changing';
  }
}
