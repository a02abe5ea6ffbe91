"""Programs that leak, each in a way of its own; the first argument names it. What they say of themselves is true by construction."""
import os
import random
import select
import socket
import subprocess
import sys
import tempfile
import threading
import time

from lib import aside, apart, connect, drain, every, later, listen, peer, ready

kept = []
HOUR = 3600


def one_of_five():
    """Every second five connections to one peer: four are closed after 3 s, one is kept."""
    port = peer()
    ready(what="established", place=f"tcp to 127.0.0.1:{port}", perHour=HOUR)

    def act(n):
        for i in range(5):
            one = connect(port)
            kept.append(one)
            if i > 0:
                later(3, one.close)

    every(1, act)


def bursts():
    """Ten at once each 12 s."""
    port = peer()
    ready(what="established", place=f"tcp to 127.0.0.1:{port}", perHour=10 * HOUR / 12)
    every(12, lambda n: kept.extend(connect(port) for _ in range(10)))


def faster():
    """Each period a twentieth shorter than the one before."""
    port = peer()
    ready(what="established", place=f"tcp to 127.0.0.1:{port}", perHour=None)
    period = 3.0
    while True:
        time.sleep(period)
        kept.append(connect(port))
        period = max(0.2, period * 0.95)


def interrupted():
    """One a second for 15 s, nothing for 15 s, and so on."""
    port = peer()
    ready(what="established", place=f"tcp to 127.0.0.1:{port}", perHour=None)
    every(1, lambda n: kept.append(connect(port)) if n // 15 % 2 == 0 else None)


def timers():
    """A runtime per job: an epoll set, an eventfd and a pipe, each 2 s."""
    ready(what="epoll", place="epoll", perHour=HOUR / 2)

    def act(n):
        poll, event, (read, write) = select.epoll(), os.eventfd(0), os.pipe()
        poll.register(event)
        kept.append((poll, event, read, write))

    every(2, act)


def unix_clients():
    """A client of a daemon's socket is made for each call."""
    path = tempfile.mktemp(suffix=".sock")

    def daemon(write):
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(path)
        listener.listen(256)
        os.write(write, b"0\n")
        held = []
        while True:
            held.append(listener.accept()[0])

    apart(daemon)
    ready(what="unix", place="unix to /tmp/tmp*.sock", perHour=HOUR)

    def act(n):
        one = socket.socket(socket.AF_UNIX)
        one.connect(path)
        kept.append(one)

    every(1, act)


def random_under_noise():
    """One kept in about 2 s by chance, while files and connections come and go."""
    chance = random.Random(7)
    port = peer()
    ready(what="datagram", place="udp", perHour=None)

    def noise(n):
        for _ in range(chance.randrange(0, 12)):
            one = open(f"/proc/{os.getpid()}/status") if chance.random() < 0.5 else connect(port)
            later(chance.random() * 4, one.close)

    aside(0.5, noise)
    while True:
        time.sleep(chance.expovariate(0.5))
        one = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        one.bind(("127.0.0.1", 0))
        kept.append(one)


def same_file():
    """The configuration is read again at each request and never closed."""
    path = tempfile.mkstemp(suffix=".conf")[1]
    ready(what="file", place=path.rsplit("/", 1)[0], perHour=HOUR)
    every(1, lambda n: kept.append(open(path)))


def deaf_server():
    """Half of the clients end and are never closed; the other half is served and closed in 2 s."""

    def act(n, port):
        one = connect(port)
        one.sendall(b"b" if n % 2 else b"k")
        later(0.3, one.close)

    listener, port = listen(0.5, act)
    ready(what="peer-closed", place=f"tcp accepted on 127.0.0.1:{port}", perHour=HOUR)
    while True:
        one = listener.accept()[0]
        if one.recv(1) == b"k":
            kept.append(one)
        else:
            later(2, one.close)


def proxy_backends():
    """For each client a connection behind; the client's end closes its own side alone."""
    port = peer()
    listener, _ = listen(1, lambda n, own: later(4, connect(own).close))
    ready(what="established", place=f"tcp to 127.0.0.1:{port}", perHour=HOUR)
    while True:
        one = listener.accept()[0]
        kept.append(connect(port))
        threading.Thread(target=drain, args=(one,), daemon=True).start()


def slow():
    """One each 5 s."""
    port = peer()
    ready(what="established", place=f"tcp to 127.0.0.1:{port}", perHour=HOUR / 5)
    every(5, lambda n: kept.append(connect(port)))


def deleted_files():
    """A temporary file for each upload, unlinked and kept; others are closed."""
    folder = tempfile.mkdtemp()
    ready(what="deleted file", place="upload-", perHour=HOUR)

    def act(n):
        for i in range(2):
            path = f"{folder}/upload-{n * 2 + i}.tmp"
            one = open(path, "w")
            os.unlink(path)
            kept.append(one) if i == 0 else later(2, one.close)

    every(1, act)


def duplicates():
    """dup() of one connection for each message."""
    one = connect(peer())
    ready(what="established", place="tcp to 127.0.0.1", perHour=HOUR)
    every(1, lambda n: kept.append(one.dup()))


def pipes_of_children():
    """Each child leaves the read end of its output."""
    ready(what="pipe", place="pipe", perHour=HOUR / 2)

    def act(n):
        child = subprocess.Popen(["true"], stdout=subprocess.PIPE)
        child.wait()
        kept.append(child)

    every(2, act)


def pool_and_leak():
    """A pool that fills at first and stays, then a leak at another place that began 30 s later."""
    pool, behind = peer(), peer()
    ready(what="established", place=f"tcp to 127.0.0.1:{behind}", perHour=HOUR)
    aside(1, lambda n: kept.append(connect(pool)) if n < 15 else None)
    time.sleep(30)
    every(1, lambda n: kept.append(connect(behind)))


def after_saw_tooth():
    """A saw-tooth of files left to the collector, each tooth with two that are never freed."""
    port = peer()
    ready(what="established", place=f"tcp to 127.0.0.1:{port}", perHour=2 * HOUR / 10)
    teeth = []

    def act(n):
        teeth.append(connect(port))
        if len(teeth) >= 20:
            kept.extend(teeth[:2])
            for one in teeth[2:]:
                one.close()
            teeth.clear()

    every(0.5, act)


def many_places():
    """A netlink handle and a directory of each mount point are kept at each refresh."""
    ready(what="datagram", place="netlink", perHour=HOUR)

    def act(n):
        kept.append(socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0))
        kept[-1].bind((0, 0))
        kept.append(os.open("/var/lib" if n % 2 else "/usr/lib", os.O_RDONLY))

    every(1, act)


def refused():
    """connect() fails at each retry, and the socket is kept."""
    free = socket.create_server(("127.0.0.1", 0))
    port = free.getsockname()[1]
    free.close()
    ready(what="connect-failed", place="tcp", perHour=HOUR)

    def act(n):
        one = socket.socket()
        try:
            one.connect(("127.0.0.1", port))
        except OSError:
            kept.append(one)

    every(1, act)


globals()[sys.argv[1]]()
