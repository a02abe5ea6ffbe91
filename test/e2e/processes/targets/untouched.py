"""Sockets that an observer could disturb, and what they say when they are asked afterwards.

`error`: SO_ERROR of a connection that was reset. `unread`, `living`: the bytes waiting in one. `end`: closes a
connection that its peer still has; the answer is how many ms the peer waited for its end, which nobody else may put off.
"""
import errno
import os
import socket
import struct
import time

from speak import answer, ready

listener = socket.create_server(("127.0.0.1", 0))


def connect():
    client = socket.create_connection(listener.getsockname())
    return client, listener.accept()[0]


def connect_and_reset(sent=b""):
    client, accepted = connect()
    client.sendall(sent)
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    client.close()
    return accepted


reset = connect_and_reset()
unread = connect_and_reset(b"before the end")
living_client, living = connect()
living_client.sendall(b"still there")
doomed_client, doomed = connect()


def read_error():
    number = reset.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
    return errno.errorcode.get(number, number)


def read_living():
    living.setblocking(False)
    return living.recv(100).decode()


def read_unread():
    """What had arrived before the reset is still to be read, and so is the error behind it."""
    received = unread.recv(100).decode()
    return received, errno.errorcode.get(unread.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR), "told")


def end():
    doomed_client.settimeout(10)
    started = time.monotonic()
    doomed.close()
    assert doomed_client.recv(1) == b""
    return (time.monotonic() - started) * 1000


ready(pid=os.getpid(), reset=reset.fileno(), unread=unread.fileno(), living=living.fileno(), doomed=doomed.fileno())
answer({"error": read_error, "unread": read_unread, "living": read_living, "end": end})
