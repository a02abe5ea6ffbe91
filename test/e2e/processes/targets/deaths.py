"""Connections that die in every way at known moments, and stay open: each with its label and two clock times around its death."""
import os
import select
import socket
import struct
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "zoo"))

from kernel import TCP_USER_TIMEOUT, deafen  # noqa: E402
from speak import answer, ready  # noqa: E402

TIMES = int(sys.argv[1]) if len(sys.argv) > 1 else 4
kept, deaths = [], []


def listen(family, host):
    listener = socket.socket(family)
    listener.bind((host, 0))
    listener.listen(64)
    return listener


def connect(listener, host):
    client = socket.socket(listener.family)
    client.connect((host, listener.getsockname()[1]))
    return client, listener.accept()[0]


def reset(client):
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    client.close()


def wait_for_end(accepted):
    poller = select.poll()
    poller.register(accepted, 0)
    assert poller.poll(20_000), "it did not die"


def dies(label, accepted, kill, afterwards=None):
    before = time.time()
    kill()
    wait_for_end(accepted)
    after = time.time()
    if afterwards is not None:
        time.sleep(0.1)
        afterwards()
    kept.append(accepted)
    deaths.append({"label": label, "fd": accepted.fileno(), "before": before * 1000, "after": after * 1000})


def make(name, listener, host):
    client, accepted = connect(listener, host)
    dies(f"{name} reset", accepted, lambda: reset(client))

    client, accepted = connect(listener, host)
    client.sendall(b"a question")
    accepted.recv(100)
    accepted.sendall(b"an answer")
    client.recv(100)
    time.sleep(0.01)
    dies(f"{name} reset-answered", accepted, lambda: reset(client))

    client, accepted = connect(listener, host)
    dies(f"{name} reset-told", accepted, lambda: reset(client), lambda: accepted.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR))

    client, accepted = connect(listener, host)
    client.close()
    time.sleep(0.02)
    dies(f"{name} ended-by-peer-first", accepted, lambda: accepted.shutdown(socket.SHUT_WR))

    client, accepted = connect(listener, host)
    accepted.shutdown(socket.SHUT_WR)
    time.sleep(0.02)
    dies(f"{name} ended-by-us-first", accepted, client.close)

    client, accepted = connect(listener, host)
    client.shutdown(socket.SHUT_WR)
    time.sleep(0.02)
    dies(f"{name} fin-then-reset", accepted, lambda: reset(client))

    client, accepted = connect(listener, host)
    client.sendall(b"left over")
    time.sleep(0.02)
    dies(f"{name} left-over", accepted, lambda: reset(client), lambda: accepted.recv(4))

    client, accepted = connect(listener, host)
    client.sendall(b"left over")
    time.sleep(0.02)
    dies(f"{name} left-over-read", accepted, lambda: reset(client), lambda: accepted.recv(100))


def make_slow(name, listener, host):
    waiting = []
    for kind in ("keepalive", "user-timeout"):
        client, accepted = connect(listener, host)
        deafen(client)
        if kind == "keepalive":
            accepted.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
            for option, value in ((4, 1), (5, 1), (6, 1)):
                accepted.setsockopt(socket.IPPROTO_TCP, option, value)
        else:
            accepted.setsockopt(socket.IPPROTO_TCP, TCP_USER_TIMEOUT, 500)
            accepted.send(b"never acknowledged")
        kept.append(client)
        waiting.append((f"{name} {kind}", accepted))
    poller = select.poll()
    for _, accepted in waiting:
        poller.register(accepted, 0)
    while waiting:
        before = time.time()
        ended = [fd for fd, _ in poller.poll(20)]
        after = time.time()
        for label, accepted in [one for one in waiting if one[1].fileno() in ended]:
            poller.unregister(accepted)
            kept.append(accepted)
            deaths.append({"label": label, "fd": accepted.fileno(), "before": before * 1000, "after": after * 1000})
        waiting = [one for one in waiting if one[1].fileno() not in ended]


def destroy(name, listener, host):
    client, accepted = connect(listener, host)
    port = client.getsockname()[1]
    kept.append(client)
    command = ["ss", "-K", "dport", "=", f":{port}", "sport", "=", f":{listener.getsockname()[1]}"]
    dies(f"{name} destroyed", accepted, lambda: subprocess.run(command, stdout=subprocess.DEVNULL, check=True))


for name, family, bound, host in (
    ("tcp4", socket.AF_INET, "127.0.0.1", "127.0.0.1"),
    ("tcp6", socket.AF_INET6, "::1", "::1"),
    ("mapped", socket.AF_INET6, "::", "::ffff:127.0.0.1"),
):
    listener = listen(family, bound)
    kept.append(listener)
    for _ in range(TIMES):
        make(name, listener, host)
    make_slow(name, listener, host)
    destroy(name, listener, host)

ready(pid=os.getpid(), deaths=deaths)
answer({})
