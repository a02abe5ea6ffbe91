/** What one thread does at the moment of a look, as far as descriptors are concerned. */
export type ThreadWait =
  /** Blocks in a call on one descriptor: `accept 3`, `receive 7`, `read 5`. */
  | { readonly kind: 'descriptor'; readonly tid: number; readonly call: DescriptorCall; readonly fd: number }
  /** Blocks in epoll_wait(2) on one epoll descriptor. What that watches is in its fdinfo. */
  | { readonly kind: 'epoll'; readonly tid: number; readonly fd: number }
  /** Blocks in poll(2) or select(2) on these; null where its memory may not be read. */
  | { readonly kind: 'poll'; readonly tid: number; readonly fds: readonly number[] | null }
  /** Stopped by a signal, or traced: it can close nothing. */
  | { readonly kind: 'stopped'; readonly tid: number }
  /** Runs, or waits for something else: a lock, a timer, a disk, a call this program has no name for. */
  | { readonly kind: 'elsewhere'; readonly tid: number };

export type DescriptorCall = 'accept' | 'receive' | 'read' | 'send' | 'write' | 'connect';

/**
 * What all threads of a process do. `denied` where the kernel does not tell: it needs the right to attach (the same user and no Yama
 * restriction, or CAP_SYS_PTRACE).
 */
export type ThreadWaits =
  | { readonly kind: 'read'; readonly threads: readonly ThreadWait[] }
  /** `threads`: how many there are; null where even that is not known. */
  | { readonly kind: 'not-read'; readonly because: string; readonly threads: number | null };
