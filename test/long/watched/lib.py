"""What the programs of this folder share: a pace that keeps to the clock, a peer in a process of its own, and the line that says they are ready."""
import json
import os
import signal
import socket
import sys
import threading
import time

SECONDS = float(sys.argv[2]) if len(sys.argv) > 2 else 170


def ready(**truth):
    """Says the pid and the truth, and goes on for so long at most."""
    print(json.dumps({"pid": os.getpid(), **truth}), flush=True)
    signal.alarm(int(SECONDS))


def every(period, act):
    """Calls `act` with 0, 1, 2 … each `period` seconds, by the clock and not by how long it took."""
    start = time.monotonic()
    n = 0
    while True:
        time.sleep(max(0, start + n * period - time.monotonic()))
        act(n)
        n += 1


def aside(period, act):
    threading.Thread(target=every, args=(period, act), daemon=True).start()


def later(seconds, close):
    timer = threading.Timer(seconds, close)
    timer.daemon = True
    timer.start()


def apart(act, *given):
    """Runs `act` in a process of its own that ends with this one; what it returns first is printed there and read here."""
    read, write = os.pipe()
    parent = os.getpid()
    if os.fork() == 0:
        os.close(read)
        threading.Thread(target=lambda: (wait_for_end(parent), os._exit(0)), daemon=True).start()
        act(write, *given)
        os._exit(0)
    os.close(write)
    line = b""
    while not line.endswith(b"\n"):
        line += os.read(read, 64)
    os.close(read)
    return int(line)


def wait_for_end(parent):
    while os.getppid() == parent:
        time.sleep(0.5)


def echo_server(write, ends_first=False):
    """Accepts and keeps what its peers keep."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=256)
    os.write(write, b"%d\n" % listener.getsockname()[1])
    kept = []
    while True:
        peer = listener.accept()[0]
        if ends_first:
            peer.close()
        else:
            kept.append(peer)
            threading.Thread(target=drain, args=(peer,), daemon=True).start()


def drain(peer):
    try:
        while peer.recv(4096):
            pass
    except OSError:
        pass
    peer.close()


def peer(ends_first=False):
    """The port of a server in another process."""
    return apart(echo_server, ends_first)


def connect(port):
    return socket.create_connection(("127.0.0.1", port))


def listen(period, act):
    """A listener, and beside it a process of its clients, which calls `act(n, port)` each `period` seconds."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=256)
    port = listener.getsockname()[1]

    def clients(write):
        listener.close()
        os.write(write, b"0\n")
        every(period, lambda n: act(n, port))

    apart(clients)
    return listener, port
