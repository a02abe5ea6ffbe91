"""Holds clients of a server that never accepts, in another process, as where the server hangs."""
import os
import socket
import sys
import tempfile

from speak import answer, ready

path = os.path.join(tempfile.mkdtemp(prefix="unix-waiting-"), "server.sock")
listener = socket.socket(socket.AF_UNIX)
listener.bind(path)
listener.listen(16)
if os.fork() == 0:
    # The server: it ends with its parent's input, and never accepts.
    sys.stdin.read()
    os._exit(0)
listener.close()
clients = [socket.socket(socket.AF_UNIX) for _ in range(10)]
for client in clients:
    client.connect(path)
ready(pid=os.getpid(), path=path, clients=[client.fileno() for client in clients])
answer({})
