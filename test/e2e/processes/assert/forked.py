"""A server with a worker that listens on the port of its master, and never closes what it accepts.

    python3 forked.py  ->  4243 41375   (the pid of the worker, the port)

Exits when its standard input closes, or after a minute.
"""
import os
import select
import socket
import sys
import time

server = socket.socket()
server.bind(('127.0.0.1', 0))
server.listen(50)
worker = os.fork()
if worker:
    print(worker, server.getsockname()[1], flush=True)
kept = []
until = time.monotonic() + 60
while time.monotonic() < until:
    ready, _, _ = select.select([sys.stdin] if worker else [sys.stdin, server], [], [], 1)
    if sys.stdin in ready and not os.read(0, 1):
        break
    if server in ready:
        kept.append(server.accept())
