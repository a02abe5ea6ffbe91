"""A child process that holds the far ends, so that the zoo's own table has only what is labelled."""

import os
import socket


class Peer:
    """Holds descriptors until the zoo ends: its end of the channel is then closed, and it exits."""

    def __init__(self):
        self.channel, theirs = socket.socketpair()
        self.pid = os.fork()
        if self.pid == 0:
            self.channel.close()
            hold(theirs)
        theirs.close()

    def take(self, sock):
        """Hands the socket over and closes it here, once the child has it."""
        socket.send_fds(self.channel, [b'x'], [sock.fileno()])
        self.channel.recv(1)
        sock.close()

    def reap(self):
        self.channel.close()
        os.waitpid(self.pid, 0)


def hold(channel):
    """The child: never returns."""
    leave_streams()
    held = []
    while True:
        data, fds, _, _ = socket.recv_fds(channel, 1, 1)
        if not data:
            os._exit(0)
        held.extend(fds)
        channel.send(b'x')


def leave_streams():
    """Lets go of the zoo's standard streams: whoever waits for their end waits for the zoo alone."""
    null = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(null, stream)
    os.close(null)
