"""Connections that die in every way at known moments, and stay open: each with its label and two clock times around its death.

In the network namespace of the process, and in another, where the kernel soon gives up sending again.
"""
import os
import select
import socket
import struct
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "zoo"))

from kernel import CLONE_NEWNET, MPTCP, TCP_USER_TIMEOUT, deafen, enter, raise_loopback, unshare  # noqa: E402
from speak import answer, ready  # noqa: E402

TIMES = int(sys.argv[1]) if len(sys.argv) > 1 else 4
kept, deaths, waiting = [], [], {}


def listen(family, host, protocol=0):
    listener = socket.socket(family, socket.SOCK_STREAM, protocol)
    listener.bind((host, 0))
    listener.listen(64)
    return listener


def connect(listener, host):
    client = socket.socket(listener.family, socket.SOCK_STREAM, listener.proto)
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


def make_mptcp(name, listener, host):
    client, accepted = connect(listener, host)
    dies(f"{name} mptcp-reset", accepted, lambda: reset(client))

    client, accepted = connect(listener, host)
    client.close()
    time.sleep(0.02)
    dies(f"{name} mptcp-ended", accepted, lambda: accepted.shutdown(socket.SHUT_WR))


def keepalive(client, accepted):
    deafen(client)
    accepted.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for option in (socket.TCP_KEEPIDLE, socket.TCP_KEEPINTVL, socket.TCP_KEEPCNT):
        accepted.setsockopt(socket.IPPROTO_TCP, option, 1)


def user_timeout(client, accepted):
    deafen(client)
    accepted.setsockopt(socket.IPPROTO_TCP, TCP_USER_TIMEOUT, 500)
    accepted.send(b"never acknowledged")


def zero_window(client, accepted):
    """The peer answers, and never reads."""
    accepted.setsockopt(socket.IPPROTO_TCP, TCP_USER_TIMEOUT, 500)
    accepted.setblocking(False)
    try:
        while True:
            accepted.send(bytes(1 << 16))
    except BlockingIOError:
        pass


def subflow_destroyed(client, accepted):
    """The connection outlives the only path it had, by `net.mptcp.close_timeout`."""
    destroy_socket(client.getsockname()[1], accepted.getsockname()[1])


def retransmission(client, accepted):
    deafen(client)
    accepted.send(b"never acknowledged")


def await_slow():
    poller = select.poll()
    for fd in waiting:
        poller.register(fd, 0)

    def note(ended, before):
        after = time.time()
        for fd, _ in ended:
            label, began, accepted = waiting.pop(fd)
            poller.unregister(fd)
            kept.append(accepted)
            deaths.append({"label": label, "fd": fd, "before": max(before, began) * 1000, "after": after * 1000})

    alive = 0
    while waiting:
        # On a busy machine some die before they are waited for, or between two waits.
        checked = time.time()
        note(poller.poll(0), alive)
        note(poller.poll(20), checked)
        alive = checked


def destroy_socket(remote_port, local_port):
    command = ["ss", "-K", "dport", "=", f":{remote_port}", "sport", "=", f":{local_port}"]
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)


def destroy(name, listener, host):
    client, accepted = connect(listener, host)
    kept.append(client)
    dies(f"{name} destroyed", accepted, lambda: destroy_socket(client.getsockname()[1], listener.getsockname()[1]))


PLACES = (
    ("4", socket.AF_INET, "127.0.0.1", "127.0.0.1"),
    ("6", socket.AF_INET6, "::1", "::1"),
    ("-mapped", socket.AF_INET6, "::", "::ffff:127.0.0.1"),
)


def make_quick(netns):
    for name, family, bound, host in PLACES:
        listener = listen(family, bound)
        kept.append(listener)
        for _ in range(TIMES):
            make(f"{netns} tcp{name}", listener, host)
        destroy(f"{netns} tcp{name}", listener, host)
        listener = listen(family, bound, MPTCP)
        kept.append(listener)
        make_mptcp(f"{netns} mptcp{name}", listener, host)


def start_slow(name, place, kinds, protocol=0):
    _, family, bound, host = place
    listener = listen(family, bound, protocol)
    kept.append(listener)
    for begin in kinds:
        client, accepted = connect(listener, host)
        began = time.time()
        begin(client, accepted)
        kept.append(client)
        waiting[accepted.fileno()] = (f"{name} {begin.__name__.replace('_', '-')}", began, accepted)


def set_of_namespace(name, value):
    with open(f"/proc/sys/net/{name}", "w") as file:
        file.write(value)


SLOW = (keepalive, user_timeout, zero_window)
make_quick("own")
home = os.open("/proc/self/ns/net", os.O_RDONLY)
unshare(CLONE_NEWNET)
raise_loopback()
make_quick("other")
set_of_namespace("ipv4/tcp_retries2", "1")
set_of_namespace("mptcp/close_timeout", "1")
for place in PLACES:
    start_slow(f"other tcp{place[0]}", place, (*SLOW, retransmission))
    start_slow(f"other mptcp{place[0]}", place, (subflow_destroyed,), MPTCP)
enter(home, CLONE_NEWNET)
os.close(home)
for place in PLACES:
    start_slow(f"own tcp{place[0]}", place, SLOW)
await_slow()

ready(pid=os.getpid(), deaths=deaths)
answer({})
