"""A live connection of a network namespace that no process lives in, so that no table shows it and it is asked itself.

It has SO_LINGER and unsent bytes: the close(2) that is the last one waits for 20 s. `close`: closes it, on this side.
"""
import ctypes
import os
import socket
import struct
import threading

from speak import answer, ready

CLONE_NEWNET = 0x40000000
LINGER_S = 20
libc = ctypes.CDLL(None, use_errno=True)

home = os.open("/proc/self/ns/net", os.O_RDONLY)
if libc.unshare(CLONE_NEWNET) != 0:
    raise OSError(ctypes.get_errno(), "unshare")
os.system("ip link set lo up")
listener = socket.create_server(("127.0.0.1", 0))
client = socket.create_connection(listener.getsockname())
lingering = listener.accept()[0]
if libc.setns(home, CLONE_NEWNET) != 0:
    raise OSError(ctypes.get_errno(), "setns")
os.close(home)

lingering.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, LINGER_S))
lingering.setblocking(False)
try:
    while True:
        lingering.send(b"x" * 65536)
except BlockingIOError:
    pass
lingering.setblocking(True)
number = lingering.detach()


def close():
    threading.Thread(target=os.close, args=(number,), daemon=True).start()
    return True


ready(pid=os.getpid(), lingering=number, link=os.readlink("/proc/self/fd/%d" % number))
answer({"close": close})
os._exit(0)
