"""Programs that close in time all they open; the first argument names one."""
import os
import random
import select
import socket
import sys
import tempfile
import threading
import time

from lib import apart, connect, drain, every, later, listen, peer, ready

kept = []


def saw_tooth():
    """Left to the collector: 40 at most, each 10 s."""
    ready()
    teeth = []

    def act(n):
        teeth.append(open("/proc/self/status"))
        if len(teeth) >= 40:
            for one in teeth:
                one.close()
            teeth.clear()

    every(0.25, act)


def low_first_tooth():
    """The first tooth is lower than those that follow; their heights vary by chance."""
    chance = random.Random(3)
    port = peer()
    ready()
    teeth, height = [], 10

    def act(n):
        nonlocal height
        teeth.append(connect(port))
        if len(teeth) >= height:
            for one in teeth:
                one.close()
            teeth.clear()
            height = chance.randrange(30, 45)

    every(0.4, act)


def ramp():
    """Keepalive clients come, one a second, and stay."""
    listener, _ = listen(1, lambda n, port: kept.append(connect(port)))
    ready()
    while True:
        threading.Thread(target=drain, args=(listener.accept()[0],), daemon=True).start()


def pool():
    """A pool of 24 that fills as load needs it, and stays."""
    port = peer()
    ready()
    every(1.5, lambda n: kept.append(connect(port)) if n < 24 else None)


def pool_that_renews():
    """A pool of 12, each connection replaced after 15 s."""
    port = peer()
    ready()

    def act(n):
        kept.append(connect(port))
        if len(kept) > 12:
            kept.pop(0).close()

    every(1.25, act)


def half_closers():
    """Clients end their half first; each is answered and closed 8 s later. They come and go as load does."""

    def act(n, port):
        for _ in range(1 + n // 20 % 3):
            one = connect(port)
            one.shutdown(socket.SHUT_WR)
            threading.Thread(target=drain, args=(one,), daemon=True).start()

    listener, _ = listen(0.5, act)
    ready()
    while True:
        later(8, listener.accept()[0].close)


def generations():
    """Workers of 15 s, each with connections and logs; the old drain for 5 s beside the new."""
    port = peer()
    ready(children=True)

    def worker():
        held = []
        end = time.monotonic() + 20
        while time.monotonic() < end:
            if len(held) < 10:
                held.append(connect(port))
            time.sleep(1)
        os._exit(0)

    def act(n):
        if os.fork() == 0:
            worker()
        try:
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        except ChildProcessError:
            pass

    every(15, act)


def rotating_logs():
    """Each 10 s the log is renamed and opened anew; readers hold the old for 6 s more; of those four are kept on disk."""
    folder = tempfile.mkdtemp()
    ready()

    def act(n):
        path = f"{folder}/app.log"
        if os.path.exists(path):
            os.rename(path, f"{path}.{n}")
        for _ in range(3):
            one = open(path, "a")
            later(16, one.close)
        if n > 4:
            os.unlink(f"{path}.{n - 4}")

    every(10, act)


def store():
    """An LSM store: a table each second, ten are compacted into one."""
    folder = tempfile.mkdtemp()
    ready()
    levels = [[], [], []]

    def act(n):
        levels[0].append(open(f"{folder}/{n:06d}.sst", "w"))
        for level in range(2):
            if len(levels[level]) >= 10:
                for one in levels[level]:
                    os.unlink(one.name)
                    one.close()
                levels[level].clear()
                levels[level + 1].append(open(f"{folder}/{n:06d}-{level}.sst", "w"))

    every(0.5, act)


def growing_bursts():
    """Bursts of 10, 20, 30 … connections that last 4 s, as when a cron of the clients gets more."""
    port = peer()
    ready()

    def act(n):
        for _ in range(10 * (1 + n % 6)):
            later(4, connect(port).close)

    every(8, act)


def lru_of_files():
    """A cache of 30 open files, the least used closed."""
    folder = tempfile.mkdtemp()
    for i in range(200):
        open(f"{folder}/page-{i}.dat", "w").close()
    chance = random.Random(5)
    ready()

    def act(n):
        kept.append(open(f"{folder}/page-{chance.randrange(200)}.dat"))
        if len(kept) > 30:
            kept.pop(0).close()

    every(0.7, act)


def more_and_longer():
    """Outgoing requests of 12 s, of which more and more come."""
    port = peer()
    ready()

    def act(n):
        for _ in range(1 + n // 12):
            later(12, connect(port).close)

    every(1, act)


def batch():
    """From time to time a batch opens 60 files for 15 s."""
    folder = tempfile.mkdtemp()
    ready()

    def act(n):
        for i in range(60):
            later(15, open(f"{folder}/part-{i}", "w").close)

    every(35, act)


def proxy_ramp():
    """Clients come and stay for 30 s; each has one connection behind."""
    port = peer()
    listener, _ = listen(1, lambda n, own: later(30, connect(own).close))
    ready()

    def serve(one):
        behind = connect(port)
        drain(one)
        behind.close()

    while True:
        threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()


def threads_of_a_runtime():
    """Sixteen workers, each with an epoll set, an eventfd and a pipe, come as the first jobs do."""
    ready()

    def act(n):
        if n < 16:
            kept.append((select.epoll(), os.eventfd(0), os.pipe()))

    every(2, act)


def uploads():
    """Temporary files, unlinked at once, each held for as long as its upload takes."""
    folder = tempfile.mkdtemp()
    chance = random.Random(11)
    ready()

    def act(n):
        path = f"{folder}/upload-{n}.tmp"
        one = open(path, "w")
        os.unlink(path)
        later(2 + chance.random() * 8, one.close)

    every(0.5, act)


def two_steps():
    """A second listener with its workers, then a bigger pool, as a configuration is loaded anew."""
    port = peer()
    ready()

    def act(n):
        if n in (2, 5):
            kept.extend(connect(port) for _ in range(10))

    every(10, act)


def reconnects():
    """A connection for each of eight upstreams, made anew each 6 s, the old closed 2 s after."""
    ports = [peer() for _ in range(4)]
    ready()

    def act(n):
        one = connect(ports[n % 4])
        later(8, one.close)

    every(1.5, act)


def sessions():
    """Outgoing sessions of very different lengths: most of 1 s, some of 25 s."""
    chance = random.Random(13)
    port = peer()
    ready()

    def act(n):
        later(25 if chance.random() < 0.15 else 1, connect(port).close)

    every(0.4, act)


def websocket_wave():
    """Accepted sessions rise for 40 s, fall for 40 s, and rise again."""

    def act(n, port):
        if n // 40 % 2 == 0:
            kept.append(connect(port))
        elif kept:
            kept.pop(0).close()

    listener, _ = listen(1, act)
    ready()
    while True:
        threading.Thread(target=drain, args=(listener.accept()[0],), daemon=True).start()


globals()[sys.argv[1]]()
