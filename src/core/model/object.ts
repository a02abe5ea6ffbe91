/**
 * What lies behind a descriptor beyond its link: from its fdinfo, or from a look around. What is not known is null.
 *
 * @see proc_pid_fdinfo(5)
 */
export type DescriptorObject =
  /**
   * A pidfd, or a file below `/proc/<pid>`. `pid` is null for one that lives out of sight. `isUnwaited`: it has ended, and its parent has not
   * waited for it, which may still come.
   */
  | {
      readonly kind: 'process';
      readonly pid: number | null;
      readonly ended: boolean | null;
      readonly isUnwaited: boolean;
    }
  /** `type` is `map`, `prog`, `link` or `btf`. */
  | { readonly kind: 'bpf'; readonly type: string; readonly id: number }
  | { readonly kind: 'inotify'; readonly watches: number }
  | { readonly kind: 'io-uring'; readonly files: number }
  /** `otherEnds`: descriptors that any process holds of the other end; 0: nobody can write to it, or read from it, any more. */
  | { readonly kind: 'pipe'; readonly end: PipeEnd; readonly otherEnds: number | null }
  /**
   * The master side of `/dev/pts/<index>`. `inUse`: whether a session or a descriptor is at the other side; `hungUp`: whether one was there
   * and is gone.
   */
  | {
      readonly kind: 'terminal';
      readonly index: number;
      readonly inUse: boolean | null;
      readonly hungUp: boolean | null;
    }
  /** `/dev/net/tun`: `name` is that of its interface, '' before it has one. */
  | { readonly kind: 'interface'; readonly name: string }
  /** `own`: that of the process itself. `inhabited`: whether some process lives in it, or a mount keeps it. */
  | {
      readonly kind: 'namespace';
      readonly type: string;
      readonly own: boolean | null;
      readonly inhabited: boolean | null;
    }
  /** A deleted or a locked file. */
  | {
      readonly kind: 'file';
      readonly mount: string | null;
      readonly fileSystem: string | null;
      readonly locks: number;
      /** The process that took the first lock, where that is another one; null for none. */
      readonly lockedBy: number | null;
      /** Whether that process is gone, or another program. */
      readonly isLockForeign: boolean;
    };

export const PIPE_ENDS = ['read', 'write', 'both'] as const;

export type PipeEnd = (typeof PIPE_ENDS)[number];

/** What lies behind descriptors, by `fdKey`, and what is in flight towards unix sockets. */
export interface Objects {
  readonly objects: ReadonlyMap<string, DescriptorObject>;
  readonly inFlight: ReadonlyMap<string, number>;
  /** Bytes of memory behind a memfd. */
  readonly sizes: ReadonlyMap<string, number>;
}
