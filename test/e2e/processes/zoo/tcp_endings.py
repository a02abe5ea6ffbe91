"""TCP connections that are over or half over, held by the end that should have closed them."""

import select
import socket
import struct
from functools import partial

from kernel import LIBC, TCP_USER_TIMEOUT, deafen
from tcp import converse, listen, make, reset, wait_for


def kept_by_peer(make):
    """The near end of the connection that `make` gives; the far one is kept in another process."""

    def made(zoo, *args, **client):
        near, far = make(*args, **client)
        zoo.peer.take(far)
        return near

    return made


established = kept_by_peer(converse)


def peer_closed(listener, **client):
    accepted, far = converse(listener, **client)
    far.close()
    return accepted


def orphan(listener, **client):
    accepted, far = converse(listener, **client)
    reset(far)
    return accepted


def orphan_told_by_getsockopt(listener):
    accepted = orphan(listener)
    wait_for(accepted, select.POLLHUP)
    accepted.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
    return accepted


def orphan_told_by_recv(listener):
    accepted = orphan(listener)
    wait_for(accepted, select.POLLHUP)
    try:
        accepted.recv(1)
    except ConnectionResetError:
        pass
    return accepted


def orphan_unread(listener):
    accepted, far = converse(listener)
    far.sendall(b'unread')
    wait_for(accepted, select.POLLIN)
    reset(far)
    return accepted


def orphan_before_accept(listener):
    client = make(listener.family, listener.proto)
    client.connect(listener.getsockname())
    reset(client)
    return listener.accept()[0]


@kept_by_peer
def outgoing(listener, protocol=None):
    accepted, client = converse(listener, protocol=protocol)
    return client, accepted


def outgoing_peer_closed(listener, protocol=None):
    accepted, client = converse(listener, protocol=protocol)
    accepted.close()
    return client


def orphan_outgoing(listener, protocol=None):
    accepted, client = converse(listener, protocol=protocol)
    reset(accepted)
    return client


def orphan_without_listener(family, protocol=0):
    with listen(family, protocol) as listener:
        return orphan(listener)


def ended_by_us_first(listener):
    accepted, far = converse(listener)
    accepted.shutdown(socket.SHUT_WR)
    wait_for(far, select.POLLIN)
    far.close()
    return accepted


def ended_by_peer_first(listener):
    accepted, far = converse(listener)
    far.close()
    wait_for(accepted, select.POLLIN)
    accepted.shutdown(socket.SHUT_WR)
    return accepted


def orphan_by_keepalive(zoo, listener):
    accepted, far = converse(listener)
    deafen(far)
    zoo.peer.take(far)
    accepted.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for option, seconds_or_count in ((4, 1), (5, 1), (6, 2)):
        accepted.setsockopt(socket.IPPROTO_TCP, option, seconds_or_count)
    return accepted


def orphan_by_retransmission(zoo, listener):
    accepted, far = converse(listener)
    deafen(far)
    zoo.peer.take(far)
    accepted.setsockopt(socket.IPPROTO_TCP, TCP_USER_TIMEOUT, 1000)
    accepted.send(b'never acknowledged')
    return accepted


@kept_by_peer
def dissolved(listener):
    """connect(AF_UNSPEC), which Python cannot say."""
    accepted, far = converse(listener)
    if LIBC.connect(accepted.fileno(), struct.pack('H14x', socket.AF_UNSPEC), 16) < 0:
        raise OSError('connect(AF_UNSPEC) was refused')
    return accepted, far


def ended(listener, is_heard=True):
    """A connection whose program has ended it, of which its peer hears, or nothing."""
    accepted, far = converse(listener)
    if not is_heard:
        deafen(far)
    accepted.shutdown(socket.SHUT_WR)
    return accepted, far


fin_wait1 = kept_by_peer(partial(ended, is_heard=False))
fin_wait2 = kept_by_peer(ended)


@kept_by_peer
def last_ack(listener):
    accepted, far = converse(listener)
    far.shutdown(socket.SHUT_WR)
    wait_for(accepted, select.POLLIN)
    deafen(far)
    accepted.shutdown(socket.SHUT_WR)
    return accepted, far


@kept_by_peer
def closing(listener):
    accepted, far = ended(listener, is_heard=False)
    far.shutdown(socket.SHUT_WR)
    return accepted, far
