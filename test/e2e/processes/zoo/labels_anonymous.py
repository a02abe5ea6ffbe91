"""Labels of the descriptors that are kernel objects without a path."""

import ctypes
import os
import select
import struct

import tcp_endings as end
from kernel import syscall

IN_CLOSE_WRITE = 0x8
FAN_REPORT_FID = 0x200
UFFD_USER_MODE_ONLY = 1


def add_anonymous(zoo):
    zoo.attempt('eventfd-a', lambda: os.eventfd(7), 'one inode with every anonymous object')
    zoo.attempt('eventfd-b', lambda: os.eventfd(0))
    zoo.attempt('timerfd', lambda: syscall('timerfd_create', 1, 0))
    zoo.attempt('signalfd', lambda: syscall('signalfd4', -1, ctypes.byref(ctypes.c_uint64(1 << 9)), 8, 0), 'SIGUSR1')
    zoo.attempt('inotify', lambda: inotify(zoo.folder), 'two watches')
    zoo.attempt('fanotify', fanotify)
    zoo.attempt('pidfd', lambda: syscall('pidfd_open', os.getpid(), 0), 'of the zoo itself')
    zoo.attempt('userfaultfd', lambda: syscall('userfaultfd', UFFD_USER_MODE_ONLY))
    zoo.attempt('perf-event', perf_event, 'the cpu clock of the zoo in user mode')
    zoo.attempt('bpf-map', bpf_map)
    zoo.attempt('io-uring', lambda: io_uring(zoo), 'holds one registered file')
    zoo.attempt('namespace-net', lambda: os.open('/proc/self/ns/net', os.O_RDONLY))
    zoo.attempt('namespace-user', lambda: os.open('/proc/self/ns/user', os.O_RDONLY))
    zoo.attempt('fs-context', lambda: syscall('fsopen', b'tmpfs', 0), 'anon_inode:[fscontext]')
    zoo.attempt('landlock-ruleset', lambda: syscall('landlock', ctypes.byref(ctypes.c_uint64(1)), 8, 0))
    add_epolls(zoo)


def inotify(folder):
    fd = syscall('inotify_init1', 0)
    syscall('inotify_add_watch', fd, folder, IN_CLOSE_WRITE)
    syscall('inotify_add_watch', fd, b'/', IN_CLOSE_WRITE)
    return fd


def fanotify():
    return syscall('fanotify_init', FAN_REPORT_FID, os.O_RDONLY)


def perf_event():
    """Software event, PERF_COUNT_SW_CPU_CLOCK; flags: disabled, exclude_kernel, exclude_hv."""
    attributes = struct.pack('IIQQQQQ', 1, 128, 0, 0, 0, 0, 1 | 1 << 5 | 1 << 6).ljust(128, b'\0')
    return syscall('perf_event_open', attributes, 0, -1, -1, 0)


def bpf_map():
    """BPF_MAP_CREATE of an array with one entry of 4 bytes."""
    attributes = struct.pack('IIII', 2, 4, 4, 1).ljust(72, b'\0')
    return syscall('bpf', 0, attributes, 72)


def io_uring(zoo):
    ring = syscall('io_uring_setup', 4, bytearray_pointer(120))
    registered = (ctypes.c_int * 1)(zoo['tcp4-established'].fileno())
    syscall('io_uring_register', ring, 2, registered, 1)
    return ring


def bytearray_pointer(size):
    return ctypes.create_string_buffer(size)


def add_epolls(zoo):
    """`stale`: the watched descriptor was closed while a duplicate kept its open file, so the entry stays."""
    listener = zoo['tcp4-listening']
    zoo.attempt('epoll-empty', epoll)
    zoo.attempt('epoll-watched-orphan', lambda: end.orphan(listener), 'epoll-of-orphan watches it', 'CLOSE')
    zoo.attempt('epoll-of-orphan', lambda: epoll(zoo['epoll-watched-orphan'].fileno()))
    zoo.attempt('epoll-of-live', lambda: epoll(zoo['tcp4-established'].fileno(), zoo['eventfd-a']))
    zoo.attempt('epoll-stale-eventfd', lambda: os.eventfd(0), 'epoll-stale names a closed duplicate of it')
    zoo.attempt('epoll-stale', lambda: stale_epoll(zoo['epoll-stale-eventfd']))


def epoll(*fds):
    watcher = select.epoll()
    for fd in fds:
        watcher.register(fd, select.EPOLLIN)
    return watcher


def stale_epoll(fd):
    """The closed number is high, so that no later specimen takes it."""
    watcher = epoll()
    closed = os.dup2(fd, 900)
    watcher.register(closed, select.EPOLLIN)
    os.close(closed)
    return watcher
