"""Kernel calls that Python 3.11 has no name for (x86-64 and arm64 share the numbers above 424)."""

import ctypes
import fcntl
import os
import platform
import socket
import struct

LIBC = ctypes.CDLL(None, use_errno=True)

MPTCP = 262
UDPLITE = 136
TCP_INFO = 11
TCP_SYNCNT = 7
TCP_USER_TIMEOUT = 18
TCP_STATES = (
    'NONE ESTABLISHED SYN_SENT SYN_RECV FIN_WAIT1 FIN_WAIT2 TIME_WAIT CLOSE CLOSE_WAIT LAST_ACK LISTEN CLOSING NEW_SYN_RECV'
).split()

CLONE_FILES = 0x00000400
CLONE_NEWUSER = 0x10000000
CLONE_NEWNET = 0x40000000

_NEW = {'pidfd_open': 434, 'io_uring_setup': 425, 'io_uring_register': 427, 'close_range': 436, 'fsopen': 430, 'landlock': 444}
_BY_MACHINE = {
    'x86_64': {'perf_event_open': 298, 'fanotify_init': 300, 'fanotify_mark': 301, 'bpf': 321, 'userfaultfd': 323}
    | {'signalfd4': 289, 'timerfd_create': 283, 'inotify_init1': 294, 'inotify_add_watch': 254},
    'aarch64': {'perf_event_open': 241, 'fanotify_init': 262, 'fanotify_mark': 263, 'bpf': 280, 'userfaultfd': 282}
    | {'signalfd4': 74, 'timerfd_create': 85, 'inotify_init1': 26, 'inotify_add_watch': 27},
}
NUMBERS = _NEW | _BY_MACHINE.get(platform.machine(), {})


def syscall(name, *arguments):
    """Result of the system call; raises OSError as the os module does."""
    if name not in NUMBERS:
        raise OSError(38, f'no number for {name} on {platform.machine()}')
    result = LIBC.syscall(NUMBERS[name], *arguments)
    if result < 0:
        raise OSError(ctypes.get_errno(), f'{name}: {os.strerror(ctypes.get_errno())}')
    return result


def unshare(flags):
    if LIBC.unshare(flags) < 0:
        raise OSError(ctypes.get_errno(), f'unshare({flags:#x}): {os.strerror(ctypes.get_errno())}')


def enter(namespace_fd, kind):
    if LIBC.setns(namespace_fd, kind) < 0:
        raise OSError(ctypes.get_errno(), f'setns({kind:#x}): {os.strerror(ctypes.get_errno())}')


def raise_loopback():
    """Sets IFF_UP on lo of the caller's network namespace: SIOCGIFFLAGS, SIOCSIFFLAGS."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        (flags,) = struct.unpack('16xH', fcntl.ioctl(any_socket, 0x8913, struct.pack('16sH', b'lo', 0))[:18])
        fcntl.ioctl(any_socket, 0x8914, struct.pack('16sH22x', b'lo', flags | 1))


def deafen(sock):
    """Drops every segment that arrives at the socket, so that its peer hears nothing: SO_ATTACH_FILTER with "return 0".

    A silent peer without root, namespace or firewall: the sender stays in SYN_SENT, FIN_WAIT1, LAST_ACK or CLOSING,
    and its keepalive and retransmission give up.
    """
    program = ctypes.create_string_buffer(struct.pack('HBBI', 0x06, 0, 0, 0))
    sock.setsockopt(socket.SOL_SOCKET, 26, struct.pack('HL', 1, ctypes.addressof(program)))


def tcp_state(sock):
    """State by TCP_INFO, which takes nothing away from the socket; None where the kernel refuses it."""
    try:
        return TCP_STATES[sock.getsockopt(socket.IPPROTO_TCP, TCP_INFO, 1)[0]]
    except OSError:
        return None
