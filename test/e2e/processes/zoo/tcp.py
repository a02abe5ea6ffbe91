"""TCP sockets in the making: listening, connecting, refused, never used. MPTCP uses the same makers."""

import select
import socket
import struct

from kernel import TCP_SYNCNT, deafen

LOOPBACK = {socket.AF_INET: '127.0.0.1', socket.AF_INET6: '::1'}
RESET_ON_CLOSE = struct.pack('ii', 1, 0)
SO_MAX_PACING_RATE = 47
IP_BIND_ADDRESS_NO_PORT = 24


def make(family, protocol=0):
    return socket.socket(family, socket.SOCK_STREAM, protocol)


def bind(family, protocol=0):
    sock = make(family, protocol)
    sock.bind((LOOPBACK[family], 0))
    return sock


def listen(family, protocol=0, backlog=128):
    sock = bind(family, protocol)
    sock.listen(backlog)
    return sock


def converse(listener, family=None, protocol=None):
    """(accepted, client) of a new connection; the client is of the listener's kind unless said."""
    client = make(family or listener.family, listener.proto if protocol is None else protocol)
    port = listener.getsockname()[1]
    client.connect((LOOPBACK[client.family], port))
    return listener.accept()[0], client


def reset(sock):
    """Closes with RST."""
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_ON_CLOSE)
    sock.close()


def wait_for(sock, events):
    """Waits at most 2 s for a poll event; reads nothing."""
    poll = select.poll()
    poll.register(sock, events)
    poll.poll(2000)


def syn_sent(zoo, family, protocol=0, tries=20):
    """A SYN that a deaf listener never answers."""
    listener = listen(family)
    deafen(listener)
    sock = make(family, protocol)
    if tries:
        sock.setsockopt(socket.IPPROTO_TCP, TCP_SYNCNT, tries)
    begin_connect(sock, listener.getsockname())
    zoo.peer.take(listener)
    return sock


def syn_recv(zoo, family):
    """Simultaneous open: a deaf socket repeats its SYN after a second, ours answers and is never heard."""
    deaf, ours = bind(family), bind(family)
    deafen(deaf)
    begin_connect(deaf, ours.getsockname())
    begin_connect(ours, deaf.getsockname())
    zoo.peer.take(deaf)
    return ours


def begin_connect(sock, address):
    sock.setblocking(False)
    try:
        sock.connect(address)
    except BlockingIOError:
        pass


def refused(family, protocol=0, blocking=True, told=False, bound=False):
    with bind(family) as nobody_listens:
        sock = bind(family, protocol) if bound else make(family, protocol)
        sock.setblocking(blocking)
        try:
            sock.connect(nobody_listens.getsockname())
        except (ConnectionRefusedError, BlockingIOError):
            pass
        if not blocking:
            wait_for(sock, select.POLLHUP)
    if told:
        sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
    return sock


def unreachable():
    """connect() to the broadcast address fails in the kernel before anything is sent."""
    sock = make(socket.AF_INET)
    try:
        sock.connect(('255.255.255.255', 9))
    except OSError:
        pass
    return sock


def closed_listener(family, protocol=0):
    sock = listen(family, protocol)
    sock.shutdown(socket.SHUT_RDWR)
    return sock


def paced(family):
    sock = make(family)
    sock.setsockopt(socket.SOL_SOCKET, SO_MAX_PACING_RATE, 1_000_000)
    return sock


def bound_without_port():
    sock = make(socket.AF_INET)
    sock.setsockopt(socket.IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, 1)
    sock.bind(('127.0.0.1', 0))
    return sock


def full_listener(zoo, family, protocol=0):
    """A backlog of 0 takes one connection; the next SYN stays unanswered."""
    sock = listen(family, protocol, backlog=0)
    waiting = make(family, protocol)
    waiting.connect(sock.getsockname())
    zoo.peer.take(waiting)
    return sock
