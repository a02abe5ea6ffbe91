"""TCP connections that are over or half over, held by the end that should have closed them."""

import select
import socket
import struct

from kernel import LIBC, TCP_USER_TIMEOUT, deafen
from tcp import converse, listen, make, reset, wait_for


def established(zoo, listener, **client):
    accepted, far = converse(listener, **client)
    zoo.peer.take(far)
    return accepted


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


def outgoing(zoo, listener, protocol=None):
    accepted, client = converse(listener, protocol=protocol)
    zoo.peer.take(accepted)
    return client


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


def dissolved(zoo, listener):
    """connect(AF_UNSPEC), which Python cannot say."""
    accepted, far = converse(listener)
    if LIBC.connect(accepted.fileno(), struct.pack('H14x', socket.AF_UNSPEC), 16) < 0:
        raise OSError('connect(AF_UNSPEC) was refused')
    zoo.peer.take(far)
    return accepted


def ended_unheard(listener):
    """A connection whose program has ended it, of which its peer hears nothing."""
    accepted, far = converse(listener)
    deafen(far)
    accepted.shutdown(socket.SHUT_WR)
    return accepted, far


def fin_wait1(zoo, listener):
    accepted, far = ended_unheard(listener)
    zoo.peer.take(far)
    return accepted


def fin_wait2(zoo, listener):
    accepted, far = converse(listener)
    accepted.shutdown(socket.SHUT_WR)
    zoo.peer.take(far)
    return accepted


def last_ack(zoo, listener):
    accepted, far = converse(listener)
    far.shutdown(socket.SHUT_WR)
    wait_for(accepted, select.POLLIN)
    deafen(far)
    accepted.shutdown(socket.SHUT_WR)
    zoo.peer.take(far)
    return accepted


def closing(zoo, listener):
    accepted, far = ended_unheard(listener)
    far.shutdown(socket.SHUT_WR)
    zoo.peer.take(far)
    return accepted
