"""Holds processes with about 100 descriptors each: live connections within each, unix sockets, pipes, files, an epoll set.

    python3 targets.py COUNT

prints the pids as a list when they all stand and ends, with them, when its input does.
"""

import json
import os
import select
import signal
import socket
import sys


def hold():
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen(64)
    held = [listener]
    for _ in range(20):
        held.append(socket.create_connection(listener.getsockname()))
        held.append(listener.accept()[0])
    for _ in range(5):
        held += socket.socketpair()
    for _ in range(10):
        held += os.pipe()
    held += [open("/etc/passwd") for _ in range(15)] + [open("/dev/null") for _ in range(8)]
    held += [select.epoll(), *(socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(2))]
    return held


pids = []
for _ in range(int(sys.argv[1])):
    end, ready = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(end)
        held = hold()
        os.write(ready, b"x")
        os.close(ready)
        signal.pause()
    os.close(ready)
    os.read(end, 1)
    os.close(end)
    pids.append(pid)

print(json.dumps(pids), flush=True)
sys.stdin.read()
for pid in pids:
    os.kill(pid, signal.SIGKILL)
