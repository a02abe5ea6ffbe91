"""Holds many descriptors for the benchmarks: live connections to itself, and accepted connections whose peer reset them.

    python3 crowd.py LIVE DEAD

holds one listener, LIVE accepted connections with their client ends, and DEAD orphans: 2 * LIVE + DEAD + a few
descriptors. Prints {"pid", "port", "descriptors"} when they stand and ends when its input does.
"""

import json
import os
import resource
import socket
import struct
import sys

live, dead = int(sys.argv[1]), int(sys.argv[2])
resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
listener = socket.socket()
listener.bind(("127.0.0.1", 0))
listener.listen(4096)
address = listener.getsockname()

accepted, clients = [], []
for _ in range(live):
    clients.append(socket.create_connection(address))
    accepted.append(listener.accept()[0])
for _ in range(dead):
    client = socket.create_connection(address)
    accepted.append(listener.accept()[0])
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    client.close()

print(json.dumps({"pid": os.getpid(), "port": address[1], "descriptors": len(os.listdir("/proc/self/fd")) - 1}), flush=True)
sys.stdin.read()
