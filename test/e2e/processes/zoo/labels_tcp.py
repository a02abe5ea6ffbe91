"""Labels of the TCP and MPTCP specimens."""

import socket

import tcp
import tcp_endings as end
from kernel import MPTCP
from registry import duplicate

V4, V6 = socket.AF_INET, socket.AF_INET6


def add_tcp(zoo):
    for name, family in (('tcp4', V4), ('tcp6', V6)):
        zoo.attempt(f'{name}-listening', lambda: tcp.listen(family), state='LISTEN')
        add_connections(zoo, name)
        add_half_open(zoo, name, family)
        add_never_connected(zoo, name, family)
    add_mapped(zoo)
    add_shared_port(zoo)
    add_duplicates(zoo)


def add_connections(zoo, name):
    """What a listener accepted, alive and dead."""
    listener = zoo[f'{name}-listening']
    dead = {
        'orphaned-reset': (lambda: end.orphan(listener), 'peer closed with RST, nobody was told'),
        'orphaned-reset-told-by-getsockopt': (lambda: end.orphan_told_by_getsockopt(listener), 'SO_ERROR was read'),
        'orphaned-reset-told-by-recv': (lambda: end.orphan_told_by_recv(listener), 'recv gave ECONNRESET'),
        'orphaned-reset-unread': (lambda: end.orphan_unread(listener), '6 bytes were never read'),
        'orphaned-reset-before-accept': (lambda: end.orphan_before_accept(listener), 'dead when it was accepted'),
        'orphaned-reset-outgoing': (lambda: end.orphan_outgoing(listener), 'the connecting end'),
        'orphaned-listener-gone': (lambda: end.orphan_without_listener(listener.family), 'its listener is closed'),
        'orphaned-ended-by-us-first': (lambda: end.ended_by_us_first(listener), 'both sides shut down; TIME_WAIT row beside it'),
        'orphaned-ended-by-peer-first': (lambda: end.ended_by_peer_first(listener), 'both sides shut down'),
        'orphaned-keepalive': (lambda: end.orphan_by_keepalive(zoo, listener), 'peer went silent, keepalive gave up'),
        'orphaned-retransmission': (lambda: end.orphan_by_retransmission(zoo, listener), 'peer went silent with data unsent'),
        'orphaned-dissolved': (lambda: end.dissolved(zoo, listener), 'connect(AF_UNSPEC)'),
    }
    zoo.attempt(f'{name}-established', lambda: end.established(zoo, listener), state='ESTABLISHED')
    zoo.attempt(f'{name}-peer-closed', lambda: end.peer_closed(listener), state='CLOSE_WAIT')
    for label, (make, note) in dead.items():
        zoo.attempt(f'{name}-{label}', make, note, state='CLOSE')


def add_half_open(zoo, name, family):
    listener = zoo[f'{name}-listening']
    zoo.attempt(f'{name}-fin-wait1', lambda: end.fin_wait1(zoo, listener), 'FIN sent, peer is deaf', 'FIN_WAIT1')
    zoo.attempt(f'{name}-fin-wait2', lambda: end.fin_wait2(zoo, listener), 'FIN acknowledged, peer goes on', 'FIN_WAIT2')
    zoo.attempt(f'{name}-last-ack', lambda: end.last_ack(zoo, listener), 'peer shut down, then went deaf', 'LAST_ACK')
    zoo.attempt(f'{name}-closing', lambda: end.closing(zoo, listener), 'both FINs crossed, peer is deaf', 'CLOSING')
    zoo.attempt(f'{name}-syn-sent', lambda: tcp.syn_sent(zoo, family), 'the listener is deaf', 'SYN_SENT')
    zoo.attempt(f'{name}-syn-recv', lambda: tcp.syn_recv(zoo, family), 'simultaneous open', 'SYN_RECV')
    zoo.attempt(f'{name}-listening-full', lambda: tcp.full_listener(zoo, family), 'accept queue full: 1 of backlog 0', 'LISTEN')


def add_never_connected(zoo, name, family):
    never = {
        'connect-refused': (lambda: tcp.refused(family), 'blocking'),
        'connect-refused-nonblocking': (lambda: tcp.refused(family, blocking=False), 'error pending'),
        'connect-refused-nonblocking-told': (lambda: tcp.refused(family, blocking=False, told=True), 'SO_ERROR was read'),
        'connect-refused-bound': (lambda: tcp.refused(family, bound=True), 'bind() came first'),
        'connect-timed-out': (lambda: tcp.syn_sent(zoo, family, tries=1), 'SYN unanswered for 3 s'),
        'fresh': (lambda: tcp.make(family), ''),
        'fresh-paced': (lambda: tcp.paced(family), 'SO_MAX_PACING_RATE set'),
        'bound': (lambda: tcp.bind(family), ''),
        'closed-listener': (lambda: tcp.closed_listener(family), 'listen, then shutdown'),
    }
    for label, (make, note) in never.items():
        zoo.attempt(f'{name}-{label}', make, note, state='CLOSE')
    if family == V4:
        zoo.attempt('tcp4-bound-without-port', tcp.bound_without_port, 'IP_BIND_ADDRESS_NO_PORT', 'CLOSE')
        zoo.attempt('tcp4-connect-unreachable', tcp.unreachable, 'ENETUNREACH before anything was sent', 'CLOSE')


def add_mapped(zoo):
    """An IPv6 wildcard listener that accepts IPv4 clients: addresses read ::ffff:127.0.0.1."""

    def dual_stack():
        sock = tcp.make(V6)
        sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        sock.bind(('::', 0))
        sock.listen()
        return sock

    zoo.attempt('mapped-listening', dual_stack, 'wildcard', 'LISTEN')
    listener = zoo['mapped-listening']
    zoo.attempt('mapped-established', lambda: end.established(zoo, listener, family=V4), state='ESTABLISHED')
    zoo.attempt('mapped-peer-closed', lambda: end.peer_closed(listener, family=V4), state='CLOSE_WAIT')
    zoo.attempt('mapped-orphaned-reset', lambda: end.orphan(listener, family=V4), state='CLOSE')


def add_shared_port(zoo):
    """Two listeners of one port (SO_REUSEPORT): which of them accepted the orphan cannot be told."""

    def listener(port):
        sock = tcp.make(V4)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        sock.bind(('127.0.0.1', port))
        sock.listen()
        return sock

    def orphan():
        port = zoo['reuseport-listening-a'].getsockname()[1]
        client = tcp.make(V4)
        client.connect(('127.0.0.1', port))
        ends = (zoo['reuseport-listening-a'], zoo['reuseport-listening-b'])
        accepted = next(one for one in map(accept_if_any, ends) if one is not None)
        tcp.reset(client)
        return accepted

    zoo.attempt('reuseport-listening-a', lambda: listener(0), state='LISTEN')
    zoo.attempt('reuseport-listening-b', lambda: listener(zoo['reuseport-listening-a'].getsockname()[1]), state='LISTEN')
    zoo.attempt('reuseport-orphaned-reset', orphan, 'two listeners have its port', 'CLOSE')


def accept_if_any(listener):
    listener.settimeout(0.2)
    try:
        return listener.accept()[0]
    except TimeoutError:
        return None
    finally:
        listener.setblocking(True)


def add_duplicates(zoo):
    """Two descriptors of one socket."""
    listener = zoo['tcp4-listening']
    zoo.attempt('dup-established-a', lambda: end.established(zoo, listener), 'one socket with -b', 'ESTABLISHED')
    zoo.attempt('dup-established-b', lambda: duplicate(zoo['dup-established-a']), 'one socket with -a')
    zoo.attempt('dup-orphaned-a', lambda: end.orphan(listener), 'one socket with -b', 'CLOSE')
    zoo.attempt('dup-orphaned-b', lambda: duplicate(zoo['dup-orphaned-a']), 'one socket with -a')


def add_mptcp(zoo):
    """The kernel's TCP_INFO tells of the first subflow, so no state is promised here."""
    for name, family in (('mptcp4', V4), ('mptcp6', V6)):
        zoo.attempt(f'{name}-listening', lambda: tcp.listen(family, MPTCP))
        zoo.attempt(f'{name}-fresh', lambda: tcp.make(family, MPTCP))
        zoo.attempt(f'{name}-bound', lambda: tcp.bind(family, MPTCP))
        zoo.attempt(f'{name}-closed-listener', lambda: tcp.closed_listener(family, MPTCP))
        zoo.attempt(f'{name}-connect-refused', lambda: tcp.refused(family, MPTCP))
        zoo.attempt(f'{name}-syn-sent', lambda: tcp.syn_sent(zoo, family, MPTCP, tries=0), 'the listener is deaf')
        if any(refusal['label'] == f'{name}-listening' for refusal in zoo.impossible):
            continue
        listener = zoo[f'{name}-listening']
        zoo.attempt(f'{name}-established', lambda: end.established(zoo, listener))
        zoo.attempt(f'{name}-peer-closed', lambda: end.peer_closed(listener), 'only ss -M says CLOSE-WAIT')
        zoo.attempt(f'{name}-half-closed', lambda: end.fin_wait2(zoo, listener))
        zoo.attempt(f'{name}-orphaned-reset', lambda: end.orphan(listener))
        zoo.attempt(f'{name}-orphaned-reset-told', lambda: end.orphan_told_by_recv(listener))
        zoo.attempt(f'{name}-orphaned-ended', lambda: end.ended_by_peer_first(listener))
        zoo.attempt(f'{name}-orphaned-outgoing', lambda: end.orphan_outgoing(listener))
        zoo.attempt(f'{name}-plain-client', lambda: end.established(zoo, listener, protocol=0), 'fell back: client speaks TCP only')
        zoo.attempt(f'{name}-plain-client-peer-closed', lambda: end.peer_closed(listener, protocol=0), 'fell back, then FIN')
        zoo.attempt(f'{name}-plain-client-orphaned', lambda: end.orphan(listener, protocol=0), 'fell back, then reset')
        add_plain_servers(zoo, name, zoo[f'{name.replace("mptcp", "tcp")}-listening'])


def add_plain_servers(zoo, name, listener):
    """MPTCP sockets that connected to a listener which speaks TCP only."""
    zoo.attempt(f'{name}-plain-server', lambda: end.outgoing(zoo, listener, MPTCP), 'fell back: server speaks TCP only')
    zoo.attempt(f'{name}-plain-server-peer-closed', lambda: end.outgoing_peer_closed(listener, MPTCP), 'fell back, then FIN')
    zoo.attempt(f'{name}-plain-server-orphaned', lambda: end.orphan_outgoing(listener, MPTCP), 'fell back, then reset')
