/** Calls that return a new descriptor. */
export const MAKERS = [
  'open',
  'openat',
  'openat2',
  'creat',
  'open_by_handle_at',
  'open_tree',
  'socket',
  'accept',
  'accept4',
  'dup',
  'dup2',
  'dup3',
  'epoll_create',
  'epoll_create1',
  'eventfd',
  'eventfd2',
  'timerfd_create',
  'signalfd',
  'signalfd4',
  'inotify_init',
  'inotify_init1',
  'fanotify_init',
  'memfd_create',
  'memfd_secret',
  'userfaultfd',
  'perf_event_open',
  'pidfd_open',
  'pidfd_getfd',
  'io_uring_setup',
  'fsopen',
  'fsmount',
  'fspick',
  'mq_open',
] as const;

/** Calls that write two new descriptors to memory, and the argument that says where. */
export const PAIR_MAKERS = { pipe: 'fildes', pipe2: 'fildes', socketpair: 'usockvec' } as const;

/** fcntl(2) makes one by these commands alone: F_DUPFD, F_DUPFD_CLOEXEC. */
export const DUP_COMMANDS = [0, 1030] as const;

/** All of them; bpftrace counts by their place in this list, which costs less than a name. */
export const BIRTH_CALLS: readonly string[] = [...MAKERS, ...Object.keys(PAIR_MAKERS), 'fcntl'];
