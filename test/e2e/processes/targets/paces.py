"""Connections that are reset and kept, at three paces: `steady`, one every 250 ms; `bursts`, five every 2 s; `ended`, as steady, then none.

It is ready when there is enough to see: the first two go on.
"""
import os
import socket
import struct
import sys
import threading
import time

from speak import answer, ready

listener = socket.create_server(("127.0.0.1", 0))
kept = []


def leak():
    client = socket.create_connection(listener.getsockname())
    kept.append(listener.accept()[0])
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    client.close()


def leak_bursts(count, apart_s, size):
    for number in range(count):
        if number > 0:
            time.sleep(apart_s)
        for _ in range(size):
            leak()


BY_PACE = {"steady": (49, 0.25, 1), "ended": (33, 0.25, 1), "bursts": (7, 2, 5)}
pace = sys.argv[1]
count, apart_s, size = BY_PACE[pace]
leak_bursts(count, apart_s, size)
if pace == "ended":
    time.sleep(4)
else:
    threading.Thread(target=lambda: (time.sleep(apart_s), leak_bursts(1000, apart_s, size)), daemon=True).start()
ready(pid=os.getpid())
answer({})
