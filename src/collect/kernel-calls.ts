/** System calls that Node has no name for. Each returns -1 where the call failed; `errno` then says why. */
export interface KernelCalls {
  /** @see pidfd_open(2). `flags`: PIDFD_THREAD 0o200 for a thread's own table. */
  pidfdOpen(pid: number, flags: number): number;
  /** A duplicate of another process's descriptor. @see pidfd_getfd(2) */
  pidfdGetfd(pidfd: number, fd: number): number;
  close(fd: number): number;
  /** close(2) on a thread of its own: it can block for as long as its owner likes on a live socket with SO_LINGER. */
  closeElsewhere(fd: number): void;
  /** How many of those have not ended yet. */
  closingElsewhere(): number;
  /**
   * statx(2) that takes what the kernel has in memory and asks no server, into at least 256 bytes. An empty `path` is `folder` itself.
   * AT_STATX_DONT_SYNC: a FUSE server, also one below an overlay, is not waited for. @see statx(2)
   */
  statxAtOnce(folder: number, path: string, out: Buffer): number;
  getsockopt(fd: number, option: SocketOption, out: OutValue): number;
  getsockname(fd: number, out: OutValue): number;
  getpeername(fd: number, out: OutValue): number;
  /** poll(2) of one `struct pollfd`, without waiting. */
  poll(pollfd: Int32Array): number;
  ioctl(fd: number, request: number): number;
  /** ioctl(2) that writes an int. */
  ioctlInto(fd: number, request: number, out: Int32Array): number;
  /** @see socket(2), netlink(7) */
  socket(domain: number, type: number, protocol: number): number;
  /** Moves the calling thread, and no other, into the network namespace that `fd` names. @see setns(2), CLONE_NEWNET */
  enterNetns(fd: number): number;
  /** To the kernel, from a netlink socket. @see send(2) */
  send(fd: number, bytes: Uint8Array): number;
  /** One datagram, without waiting. @see recv(2) */
  recv(fd: number, out: Buffer): number;
  /** Names a file without opening it: no file system is asked, also not at its close(2). @see open(2), O_PATH */
  openPath(path: string): number;
  getxattr(path: string, name: string, out: Buffer): number;
  /** `name` is NUL-terminated. @see readlinkat(2) */
  readlinkat(folder: number, name: Buffer, out: Buffer): number;
  /** Bytes of the entries of an open folder from `position` on that fit in `out`; 0: there are none. @see lseek(2), getdents(2) */
  entriesFrom(folder: number, position: number, out: Buffer): number;
  /** Whether two descriptors of a task, or `b` of another, are one open file. 0: they are; 1, 2: ordered; 3: not; -1: failed. @see kcmp(2), KCMP_FILE */
  compareFiles(task: number, a: number, b: number, taskOfB?: number): number;
  /** Whether two tasks have one descriptor table, as above. @see kcmp(2), KCMP_FILES */
  compareTables(a: number, b: number): number;
  /** `attributes` is a `union bpf_attr`. Addresses in it are of memory that must be kept until the call returns. @see bpf(2) */
  bpf(command: number, attributes: Uint8Array): number;
  /** Where in memory the bytes are, for calls that take an address in a structure. */
  addressOf(bytes: Uint8Array): bigint;
  /** `address` is a sockaddr. @see bind(2) */
  bind(fd: number, address: Uint8Array): number;
  listen(fd: number, backlog: number): number;
  /** Waits until the peer's kernel has answered: of our own listener, at once. */
  connect(fd: number, address: Uint8Array): number;
  accept(fd: number): number;
  setsockopt(fd: number, option: SocketOption, value: Uint8Array): number;
  /** Two descriptors into `out`. @see socketpair(2) */
  socketpair(domain: number, type: number, out: Int32Array): number;
  /** The reading and the writing end into `out`. @see pipe(2) */
  pipe(out: Int32Array): number;
  dup(fd: number): number;
  /** Ends this process without waiting for calls on other threads. @see _exit(2) */
  exitAtOnce(status: number): void;
  errno(): number;
}

export interface SocketOption {
  readonly level: number;
  readonly name: number;
}

/** Where a call writes its value, and how long that may be and was, an int. */
export interface OutValue {
  readonly bytes: Uint8Array;
  readonly length: Int32Array;
}

export type KernelCallsLoad =
  | { readonly kind: 'loaded'; readonly calls: KernelCalls }
  | { readonly kind: 'unavailable'; readonly because: string };
