"""Forks many small processes beside one with dead connections, for the benchmark of a host.

    python3 host.py PROCESSES FILES DEAD

Each of PROCESSES holds FILES open files; this one holds a listener and DEAD accepted connections whose peer reset them. Prints
{"pid", "processes"} when they stand, and ends them when its input ends.
"""

import json
import os
import resource
import signal
import socket
import struct
import sys

processes, files, dead = (int(text) for text in sys.argv[1:])
children = []
for _ in range(processes):
    child = os.fork()
    if child == 0:
        held = [open("/etc/hostname") for _ in range(files)]
        signal.pause()
    children.append(child)

resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
listener = socket.socket()
listener.bind(("127.0.0.1", 0))
listener.listen(4096)
accepted = []
for _ in range(dead):
    client = socket.create_connection(listener.getsockname())
    accepted.append(listener.accept()[0])
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    client.close()

print(json.dumps({"pid": os.getpid(), "processes": len(children) + 1}), flush=True)
sys.stdin.read()
for child in children:
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
