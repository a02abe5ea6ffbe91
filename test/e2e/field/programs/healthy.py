"""Healthy programs that hold many of a kind: `healthy.py NAME`."""
import ctypes, fcntl, json, mmap, os, pty, select, signal, socket, subprocess, sys, tempfile, threading, time
LIBC = ctypes.CDLL(None, use_errno=True)
KEPT = []
FOLDER = tempfile.mkdtemp(prefix="healthy-")
def thread(f, *a):
    t = threading.Thread(target=f, args=a, daemon=True); t.start(); return t

def browser():
    for n in range(120): KEPT.append(os.memfd_create("shm-%d" % n))
    for _ in range(12):
        a, b = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        if os.fork() == 0: a.close(); b.recv(1); time.sleep(100); os._exit(0)
        b.close(); KEPT.append(a)
    e = select.epoll(); KEPT.append(e)
    for _ in range(40):
        f = os.eventfd(0); e.register(f, 1)
    thread(e.poll)

def dotnet_watchers():
    for n in range(20):
        fd = LIBC.inotify_init1(0); os.mkdir(f"{FOLDER}/{n}"); LIBC.inotify_add_watch(fd, f"{FOLDER}/{n}".encode(), 2)
        thread(os.read, fd, 4096)

def one_watcher():
    fd = LIBC.inotify_init1(0)
    for n in range(3000): os.mkdir(f"{FOLDER}/{n}"); LIBC.inotify_add_watch(fd, f"{FOLDER}/{n}".encode(), 2)
    e = select.epoll(); e.register(fd, 1); thread(e.poll)

def loops():
    for _ in range(64):
        e = select.epoll(); f = os.eventfd(0); e.register(f, 1); t = LIBC.timerfd_create(1, 0); e.register(t, 1); KEPT.append(e); thread(e.poll)

def supervisor():
    e = select.epoll()
    for _ in range(30):
        p = subprocess.Popen(["sleep", "100"], stdout=subprocess.PIPE, stderr=subprocess.PIPE); KEPT.append(p)
        for f in (p.stdout, p.stderr): e.register(f.fileno(), 1)
        e.register(os.pidfd_open(p.pid), 1)
    thread(e.poll)

def mptcp():
    l = socket.socket(socket.AF_INET, socket.SOCK_STREAM, 262); l.bind(("127.0.0.1", 0)); l.listen(999); KEPT.append(l)
    return l, lambda: (c := socket.socket(socket.AF_INET, socket.SOCK_STREAM, 262), c.connect(l.getsockname()))[0]

def mptcp_passing():
    l, connect = mptcp()
    def close_later(c): time.sleep(0.5); c.close()
    def serve():
        while True: thread(close_later, l.accept()[0])
    def load():
        while True: connect().close(); time.sleep(0.02)
    thread(serve); thread(load); time.sleep(1)

def unix_passing():
    l = socket.socket(socket.AF_UNIX); l.bind(FOLDER + "/s"); l.listen(99); KEPT.append(l)
    def close_later(c): time.sleep(0.5); c.close()
    def serve():
        while True: thread(close_later, l.accept()[0])
    def load():
        while True:
            c = socket.socket(socket.AF_UNIX); c.connect(FOLDER + "/s"); c.close(); time.sleep(0.02)
    thread(serve); thread(load); time.sleep(1)

def two_passing():
    l = socket.create_server(("127.0.0.1", 0)); KEPT.append(l)
    full = socket.create_connection(l.getsockname()); a = l.accept()[0]; a.setblocking(False); KEPT.extend([full, a])
    try:
        while True: a.send(b"x" * 65536)
    except BlockingIOError: a.shutdown(socket.SHUT_WR)
    ended = socket.create_connection(l.getsockname()); KEPT.append(l.accept()[0]); ended.close()

def pool_ended():
    l = socket.create_server(("127.0.0.1", 0))
    for _ in range(20): KEPT.append(socket.create_connection(l.getsockname())); l.accept()[0].close()
    l.close()

def mptcp_streams():
    l, connect = mptcp(); served = []
    for _ in range(20):
        c = connect(); c.shutdown(socket.SHUT_WR); KEPT.append(c); served.append(l.accept()[0])
        def drain(c):
            while c.recv(4096): pass
        thread(drain, c)
    def push():
        while True:
            for s in served: s.sendall(b"tick")
            time.sleep(0.1)
    thread(push); time.sleep(0.5)
def timers(work, pause):
    fds = [LIBC.timerfd_create(1, 0) for _ in range(100)]
    def run():
        while True: select.select(fds, [], [], pause); sum(range(work))
    thread(run)

def busy_timers(): timers(400000, .005)
def idle_timers(): timers(100000, .02)

def multiplexer():
    for _ in range(20):
        pid, fd = pty.fork()
        if pid == 0: os.execvp("sleep", ["sleep", "100"])
        KEPT.append(fd)

def masters_waiting():
    for _ in range(10): os.open("/dev/ptmx", os.O_RDWR | os.O_NOCTTY)

def netns_agent():
    for _ in range(6):
        p = subprocess.Popen(["unshare", "-n", "sleep", "100"]); KEPT.append(p); time.sleep(0.2); os.open(f"/proc/{p.pid}/ns/net", 0)

def downloads(n=600):
    path = FOLDER + "/video.bin"
    with open(path, "wb") as f: f.truncate(64 << 20)
    l = socket.socket(); l.bind(("127.0.0.1", 0)); l.listen(2000); port = l.getsockname()[1]
    if os.fork() == 0:
        l.close(); held = [socket.create_connection(("127.0.0.1", port)) for _ in range(n)]
        while True:
            time.sleep(1)
            for s in held[:50]: s.recv(1000)
    e = select.epoll(); KEPT.append(e); KEPT.append(l)
    for _ in range(n):
        c = l.accept()[0]; c.setblocking(False); f = os.open(path, 0); KEPT.append(c); e.register(c.fileno(), select.EPOLLOUT)
        try:
            off = 0
            while True: off += os.sendfile(c.fileno(), f, off, 1 << 16)
        except BlockingIOError: pass
    def serve():
        while True: e.poll(1); time.sleep(0.5)
    thread(serve)

def resolver():
    e = select.epoll(); KEPT.append(e)
    for n in range(200):
        s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.bind(("0.0.0.0", 0)); KEPT.append(s); e.register(s.fileno(), 1)
    thread(e.poll)

def sse(n=300):
    l = socket.socket(); l.bind(("127.0.0.1", 0)); l.listen(2000); port = l.getsockname()[1]
    if os.fork() == 0:
        l.close(); held = []
        for _ in range(n):
            s = socket.create_connection(("127.0.0.1", port)); s.send(b"GET /events HTTP/1.1\r\n\r\n"); held.append(s)
        while True:
            for s in held: s.recv(100)
    KEPT.append(l)
    for _ in range(n): c = l.accept()[0]; c.recv(100); KEPT.append(c)
    def ping():
        while True:
            for c in KEPT[1:]: c.send(b": ping\n\n")
            time.sleep(1)
    thread(ping)

def prefork():
    l = socket.socket(); l.bind(("127.0.0.1", 0)); l.listen(100); KEPT.append(l)
    lock = open(FOLDER + "/accept.lock", "w"); KEPT.append(lock)
    fcntl.flock(lock, 2)
    for _ in range(8):
        if os.fork() == 0:
            while True: l.accept()

def zygote():
    for _ in range(10):
        a, b = os.pipe(); pid = os.fork()
        if pid == 0: os.close(a); time.sleep(100); os._exit(0)
        os.close(b); KEPT.append(a)

def short_children():
    def spawn():
        while True:
            ps = [subprocess.Popen(["true"], stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(12)]
            for p in ps: p.communicate()
    thread(spawn)

def pidfd_children():
    def spawn():
        while True:
            ps = [subprocess.Popen(["true"]) for _ in range(12)]
            fds = [os.pidfd_open(p.pid) for p in ps]
            for p, f in zip(ps, fds): select.select([f], [], []); p.wait(); os.close(f)
    thread(spawn)

def mapped():
    for n in range(300):
        fd = os.open(f"{FOLDER}/seg-{n}", os.O_CREAT | os.O_RDWR); os.ftruncate(fd, 4096); KEPT.append(mmap.mmap(fd, 4096))

def spare_sockets():
    for _ in range(6): KEPT.append(socket.socket())

def kafka_deleted():
    for n in range(20):
        fd = os.open(f"{FOLDER}/0000{n}.log.deleted", os.O_CREAT | os.O_RDWR); os.write(fd, b"x" * 100000); os.unlink(f"{FOLDER}/0000{n}.log.deleted")

name = sys.argv[1]
globals()[name]()
print(json.dumps({"pid": os.getpid()}), flush=True)
signal.alarm(90)
while True: time.sleep(1)
