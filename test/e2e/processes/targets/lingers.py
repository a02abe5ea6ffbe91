"""Closes connections with unsent data again and again. Each close would linger for a second, but for a signal that soon ends its wait.

So where another task holds the socket at the moment of its close, that other waits, and not this process. A child is the other end.
"""
import collections
import os
import signal
import socket
import struct
import threading

from speak import answer, ready

LINGER_S = 1
SIGNAL_EACH_S = 0.0005
KEPT = 3000

listener = socket.create_server(("127.0.0.1", 0))
wanted, want = os.pipe()


def be_the_clients():
    """They read nothing, and end long after the other side."""
    os.close(want)
    clients = collections.deque()
    while os.read(wanted, 1):
        client = socket.socket()
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client.connect(listener.getsockname())
        clients.append(client)
        if len(clients) > KEPT:
            clients.popleft().close()


def linger():
    os.write(want, b"1")
    accepted = listener.accept()[0]
    accepted.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
    accepted.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, LINGER_S))
    accepted.setblocking(False)
    try:
        while True:
            accepted.send(bytes(4096))
    except BlockingIOError:
        pass
    accepted.close()


def end_with_input():
    answer({})
    os._exit(0)


if os.fork() == 0:
    be_the_clients()
    os._exit(0)
signal.signal(signal.SIGALRM, lambda *_: None)
signal.setitimer(signal.ITIMER_REAL, SIGNAL_EACH_S, SIGNAL_EACH_S)
threading.Thread(target=end_with_input, daemon=True).start()
ready(pid=os.getpid())
while True:
    linger()
