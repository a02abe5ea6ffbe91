"""Labels of what is not in the process's own tables: other network namespaces, threads with descriptors of their own."""

import json
import os
import socket
import threading

import tcp
import tcp_endings as end
from kernel import CLONE_FILES, CLONE_NEWNET, CLONE_NEWUSER, MPTCP, raise_loopback, syscall, unshare
from peer import leave_streams

V4, V6 = socket.AF_INET, socket.AF_INET6


def add_namespaces(zoo):
    """`foreign`: the namespace of a living child. `deserted`: its only process has ended.

    Must come first: the children would inherit what is already open.
    """
    zoo.children = []
    for name, stays in (('foreign', True), ('deserted', False)):
        channel, theirs = socket.socketpair()
        pid = os.fork()
        if pid == 0:
            channel.close()
            zoo.peer.channel.close()
            leave_streams()
            send_sockets(theirs, stays)
        theirs.close()
        receive_sockets(zoo, name, channel)
        if stays:
            zoo.children.append((pid, channel))
        else:
            channel.close()
            os.waitpid(pid, 0)


def enter_own_namespace():
    """As root, or else within a user namespace of its own."""
    try:
        unshare(CLONE_NEWNET)
    except PermissionError:
        unshare(CLONE_NEWUSER | CLONE_NEWNET)
    raise_loopback()


def send_sockets(channel, stays):
    """The child: sends sockets that it made in its own namespace; the far ends go to the zoo too, which hands them on."""
    try:
        enter_own_namespace()
        listener = tcp.listen(V6)
        alive, far = tcp.converse(listener)
        half, far_half = tcp.converse(listener)
        far_half.close()
        sockets = {
            'listening': listener,
            'established': alive,
            'peer-closed': half,
            'orphaned-reset': end.orphan(listener),
            'orphaned-ended': end.ended_by_peer_first(listener),
            'fresh': tcp.make(V4),
            'bound': tcp.bind(V4),
            'connect-refused': tcp.refused(V4),
            'mptcp-listening': tcp.listen(V4, MPTCP),
            'udp': bound_udp(),
            'unix-unconnected': socket.socket(socket.AF_UNIX, socket.SOCK_STREAM),
            'far': far,
        }
        socket.send_fds(channel, [json.dumps(list(sockets)).encode()], [sock.fileno() for sock in sockets.values()])
    except OSError as error:
        channel.send(json.dumps(f'{error}').encode())
        os._exit(1)
    channel.recv(1)
    for sock in sockets.values():
        sock.close()
    if stays:
        channel.recv(1)
    os._exit(0)


def bound_udp():
    sock = socket.socket(V4, socket.SOCK_DGRAM)
    sock.bind(('127.0.0.1', 0))
    return sock


def receive_sockets(zoo, name, channel):
    message, fds, _, _ = socket.recv_fds(channel, 4096, 20)
    names = json.loads(message)
    if isinstance(names, str):
        zoo.refuse(name, names)
        return
    for label, fd in zip(names, fds):
        sock = socket.socket(fileno=fd)
        if label == 'far':
            zoo.peer.take(sock)
        else:
            zoo.keep(f'{name}-{label}', sock)
    if name == 'foreign':
        zoo.keep('channel-of-namespace', channel, "the zoo's own; unix sockets of its own namespace")
    channel.send(b'x')


def add_threads(zoo):
    """Threads stay; each says when it has made its specimens."""
    for work in (in_own_namespace, in_own_table):
        done = threading.Event()
        threading.Thread(target=run, args=(zoo, work, done), daemon=True).start()
        done.wait(5)


def run(zoo, work, done):
    try:
        work(zoo)
    except OSError as error:
        zoo.refuse(work.__name__, f'{error}')
    done.set()
    threading.Event().wait()


def in_own_namespace(zoo):
    """The thread's namespace is in no /proc/<pid>/ns/net, only in task/<tid>/ns/net."""
    unshare(CLONE_NEWNET)
    raise_loopback()
    listener = tcp.listen(V4)
    zoo.keep('thread-namespace-listening', listener)
    zoo.keep('thread-namespace-established', end.established(zoo, listener))
    zoo.keep('thread-namespace-orphaned', end.orphan(listener))


def in_own_table(zoo):
    """unshare(CLONE_FILES) copies the table; the copies are closed, so its numbers start at 0 again."""
    unshare(CLONE_FILES)
    syscall('close_range', 0, 0xFFFFFFFF, 0)
    tid = threading.get_native_id()
    listener = zoo.keep('thread-table-listening', tcp.listen(V4), tid=tid)
    zoo.keep('thread-table-orphaned', end.orphan(listener), tid=tid)
    zoo.keep('thread-table-eventfd', os.eventfd(0), tid=tid)
