"""Leaks by kind: `kinds.py NAME [how many]` holds so many of one kind, and says which as JSON; each follows a public report."""
import ctypes, json, os, select, signal, socket, struct, subprocess, sys, tempfile, time

LIBC = ctypes.CDLL(None, use_errno=True)
KEPT = []
FOLDER = tempfile.mkdtemp(prefix="kinds-")


def call(number, *args):
    got = LIBC.syscall(number, *args)
    if got < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return got


def timerfd(many):
    for _ in range(many):
        LIBC.timerfd_create(1, 0o2000000)

def signalfd(many):
    mask = ctypes.create_string_buffer(128)
    for _ in range(many):
        LIBC.signalfd(-1, mask, 0o2000000)

def eventfd(many):
    for _ in range(many):
        os.eventfd(0)

def epoll_empty(many):
    for _ in range(many):
        KEPT.append(select.epoll())

def epoll_one_socket(many):
    one = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); one.bind(("127.0.0.1", 0)); KEPT.append(one)
    for _ in range(many):
        s = select.epoll(); s.register(one.fileno(), 1); KEPT.append(s)
    return {"port": one.getsockname()[1]}

def inotify(many):
    for _ in range(many):
        fd = LIBC.inotify_init1(0)
        LIBC.inotify_add_watch(fd, FOLDER.encode(), 2)

def fanotify(many):
    for _ in range(many):
        if LIBC.fanotify_init(0, 0) < 0: raise OSError(ctypes.get_errno(), 'fan')

def perf(many):
    for _ in range(many):
        attr = struct.pack("IIQQQQQ", 1, 64, 0, 0, 0, 0, 1) + bytes(24)
        call(298, attr, 0, -1, -1, 0)

def userfaultfd(many):
    for _ in range(many):
        call(323, 0o2000001)

def io_uring(many):
    for _ in range(many):
        call(425, 8, ctypes.create_string_buffer(120))

def netlink_uevent(many):
    for _ in range(many):
        s = socket.socket(socket.AF_NETLINK, socket.SOCK_DGRAM, 15); s.bind((0, 1)); KEPT.append(s)

def packet(many):
    for _ in range(many):
        s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3)); s.bind(("lo", 0)); KEPT.append(s)

def raw_icmp(many):
    for _ in range(many):
        s = socket.socket(socket.AF_INET, socket.SOCK_RAW, 1); KEPT.append(s)


def seqpacket_gone(many):
    for _ in range(many):
        a, b = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET); b.close(); KEPT.append(a)

def seqpacket_to(many):
    path = FOLDER + "/seq.sock"
    l = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET); l.bind(path); l.listen(99)
    if os.fork() == 0:
        held = []
        for _ in range(many): held.append(l.accept())
        time.sleep(150); os._exit(0)
    l.close()
    for _ in range(many):
        s = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET); s.connect(path); KEPT.append(s)
    return {"path": path}

def unix_accepted_gone(many):
    path = FOLDER + "/api.sock"
    l = socket.socket(socket.AF_UNIX); l.bind(path); l.listen(99); KEPT.append(l)
    for _ in range(many):
        s = socket.socket(socket.AF_UNIX); s.connect(path); KEPT.append(l.accept()[0]); s.close()
    return {"path": path}

def unix_accepted_live(many):
    path = FOLDER + "/api.sock"
    l = socket.socket(socket.AF_UNIX); l.bind(path); l.listen(99); KEPT.append(l)
    if os.fork() == 0:
        l.close(); held = []
        for _ in range(many):
            s = socket.socket(socket.AF_UNIX); s.connect(path); held.append(s)
        time.sleep(150); os._exit(0)
    for _ in range(many): KEPT.append(l.accept()[0])
    return {"path": path}


def unix_dgram_to(many):
    path = FOLDER + "/log"
    l = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM); l.bind(path); KEPT.append(l)
    for n in range(many):
        s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM); s.connect(path); KEPT.append(s)
    return {"path": path}

def socketpairs(many):
    for _ in range(many):
        KEPT.extend(socket.socketpair())

def unix_listeners_deleted(many):
    for n in range(many):
        p = f"{FOLDER}/w-{n}.sock"; s = socket.socket(socket.AF_UNIX); s.bind(p); s.listen(5); os.unlink(p); KEPT.append(s)


def nsfs_mixed(many):
    for kind in ("mnt", "pid", "user", "uts"):
        for _ in range(many // 4): os.open(f"/proc/self/ns/{kind}", 0)


def pty_both(many):
    for _ in range(many): os.openpty()

def pty_masters(many):
    for _ in range(many):
        m, s = os.openpty(); os.close(s)

def dirs_different(many):
    for n in range(many):
        p = f"{FOLDER}/repo-{n}"; os.mkdir(p); os.open(p, 0)

def dirs_deleted(many):
    for n in range(many):
        p = f"{FOLDER}/job-{n}"; os.mkdir(p); os.open(p, 0); os.rmdir(p)

def dev_urandom(many):
    for _ in range(many): os.open("/dev/urandom", 0)


def log_again(many):
    for _ in range(many): os.open(FOLDER + "/app.log", os.O_CREAT | os.O_WRONLY | os.O_APPEND)

def log_rotating_names(many):
    for n in range(many): os.open(f"{FOLDER}/app.log.{n}", os.O_CREAT | os.O_WRONLY)

def sqlite(many):
    import sqlite3
    for n in range(many):
        c = sqlite3.connect(FOLDER + "/app.db"); c.execute("pragma journal_mode=wal"); c.execute("create table if not exists t(a)"); KEPT.append(c)


def popen_alive(many):
    for _ in range(many):
        KEPT.append(subprocess.Popen(["sleep", "150"], stdout=subprocess.PIPE, stdin=subprocess.PIPE))

def popen_ended(many):
    for _ in range(many):
        p = subprocess.Popen(["true"], stdout=subprocess.PIPE, stdin=subprocess.PIPE, stderr=subprocess.PIPE); p.wait(); KEPT.append(p)


def dup_threads(many):
    import threading
    f = os.open("/etc/hostname", 0); threads = [threading.Thread(target=time.sleep, args=(150,), daemon=True) for _ in range(many)]
    for t in threads: os.dup(f); t.start()

def dup_accepted(many):
    l = socket.create_server(("127.0.0.1", 0)); KEPT.append(l)
    for _ in range(many): KEPT.append(socket.create_connection(l.getsockname())); c = l.accept()[0]; KEPT.append(c); os.dup(c.fileno())
    return {"port": l.getsockname()[1]}

def pipe_pairs(many):
    for _ in range(many): os.pipe()

def pipe_selectors(many):
    for _ in range(many): e = select.epoll(); e.register(os.pipe()[0], 1); KEPT.append(e)

def asyncio_loops(many):
    import asyncio
    for _ in range(many): KEPT.append(asyncio.new_event_loop())

def runtimes(many):
    signals = socket.socketpair(); KEPT.append(signals)
    for _ in range(many):
        e = select.epoll(); KEPT.append(e); os.dup(e.fileno()); wake = os.eventfd(0); copy = os.dup(signals[0].fileno())
        for fd in (wake, copy): e.register(fd, 1 | select.EPOLLET)

def connecting(many):
    l = socket.socket(); l.bind(("127.0.0.1", 0)); l.listen(0); KEPT.extend([l, socket.create_connection(l.getsockname())])
    for _ in range(many):
        s = socket.socket(); s.setblocking(False); s.connect_ex(l.getsockname()); KEPT.append(s)
    return {"port": l.getsockname()[1]}

def queues(many):
    for _ in range(many): l = socket.create_server(("127.0.0.1", 0)); KEPT.extend([l, socket.create_connection(l.getsockname())])

def fifos(many):
    p = FOLDER + "/ctl"; os.mkfifo(p)
    for _ in range(many): os.open(p, os.O_RDWR)


def dups(many):
    s = socket.socket(); s.bind(("127.0.0.1", 0)); s.listen(); KEPT.append(s)
    for _ in range(many): os.dup(s.fileno())
    return {"port": s.getsockname()[1]}

def dup_file(many):
    f = os.open("/etc/hostname", 0)
    for _ in range(many): os.dup(f)

def bpf_maps(many):
    for _ in range(many):
        attr = struct.pack("IIII", 2, 4, 8, 1) + bytes(100)
        call(321, 0, attr, len(attr))


def open_tree(many):
    for _ in range(many): call(428, -100, b"/etc", 1)

def fsopen(many):
    for _ in range(many): call(430, b"tmpfs", 0)

def landlock(many):
    for _ in range(many): call(444, struct.pack("Q", 1), 8, 0)


def pidfds_live(many):
    child = subprocess.Popen(["sleep", "150"]); KEPT.append(child)
    for _ in range(many): os.pidfd_open(child.pid)
    return {"child": child.pid}


def proc_net(many):
    for _ in range(many): os.open("/proc/self/net/dev", 0); 

def tcp_listeners(many):
    for _ in range(many):
        s = socket.socket(); s.bind(("127.0.0.1", 0)); s.listen(); KEPT.append(s)

def tcp_bound(many):
    for _ in range(many):
        s = socket.socket(); s.bind(("127.0.0.1", 0)); KEPT.append(s)


def udp_ephemeral(many):
    for _ in range(many):
        s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.bind(("0.0.0.0", 0)); KEPT.append(s)

def tunnels(many):
    import fcntl
    for n in range(many): fcntl.ioctl(os.open("/dev/net/tun", os.O_RDWR), 0x400454ca, struct.pack("16sH22x", b"kinds%d" % n, 0x1002))

def unwaited(many):
    for _ in range(many):
        child = os.fork()
        if child == 0: os._exit(0)
        os.pidfd_open(child)

def eventfds_watched(many):
    e = select.epoll(); KEPT.append(e)
    for _ in range(many): e.register(os.eventfd(0), 1)

def udp_ports(many):
    for n in range(many):
        s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.bind(("127.0.7.1", 16384 + n)); KEPT.append(s)

def trees(many):
    for n in range(many):
        folder = f"{FOLDER}/trees/{'abcdefghij'[n % 10]}/src"; os.makedirs(folder, exist_ok=True)
        os.open(f"{folder}/{chr(97 + n // 10)}.rs", os.O_CREAT)

def nameless(many):
    for _ in range(many): os.write(os.open(FOLDER, os.O_TMPFILE | os.O_RDWR), b"x" * 100000)

def fifos_deleted(many):
    for _ in range(many):
        p = FOLDER + "/log"; os.mkfifo(p); os.open(p, os.O_RDWR); os.unlink(p)

def udp6_dns(many):
    for _ in range(many):
        s = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM); s.connect(("::1", 53)); KEPT.append(s)


def server(accept):
    l = socket.socket(); l.setsockopt(1, 2, 1); l.bind(("127.0.0.1", 0)); l.listen(999)
    if os.fork() == 0:
        accept(l); time.sleep(150); os._exit(0)
    return l

def to_one_peer(many):
    held = []
    l = server(lambda l: [held.append(l.accept()) for _ in range(many)]); port = l.getsockname()[1]; l.close()
    for _ in range(many): KEPT.append(socket.create_connection(("127.0.0.1", port)))
    return {"port": port}

def out_close_wait(many):
    def accept(l):
        for _ in range(many):
            c, _ = l.accept(); c.sendall(b"x" * 100); c.close()
    l = server(accept); port = l.getsockname()[1]; l.close()
    for _ in range(many): KEPT.append(socket.create_connection(("127.0.0.1", port)))
    time.sleep(0.5)
    return {"port": port}

def out_reset(many):
    def accept(l):
        for _ in range(many):
            c, _ = l.accept(); c.setsockopt(1, 13, struct.pack("ii", 1, 0)); c.close()
    l = server(accept); port = l.getsockname()[1]; l.close()
    for _ in range(many): KEPT.append(socket.create_connection(("127.0.0.1", port)))
    time.sleep(0.5)
    return {"port": port}

def accepted_close_wait(many, family=socket.AF_INET, protocol=0, address="127.0.0.1"):
    l = socket.socket(family, socket.SOCK_STREAM, protocol); l.bind((address, 0)); l.listen(999); KEPT.append(l)
    for _ in range(many):
        s = socket.socket(family, socket.SOCK_STREAM, protocol); s.connect(l.getsockname()[:2]); KEPT.append(l.accept()[0]); s.close()
    time.sleep(0.3)
    return {"port": l.getsockname()[1]}

def accepted_close_wait6(many): return accepted_close_wait(many, socket.AF_INET6, 0, "::1")
def mptcp_close_wait(many): return accepted_close_wait(many, socket.AF_INET, 262)

def mapped_accepted(many):
    l = socket.socket(socket.AF_INET6); l.setsockopt(41, 26, 0); l.bind(("::", 0)); l.listen(999); KEPT.append(l)
    port = l.getsockname()[1]
    if os.fork() == 0:
        l.close(); held = [socket.create_connection(("127.0.0.1", port)) for _ in range(many)]; time.sleep(150); os._exit(0)
    for _ in range(many): KEPT.append(l.accept()[0])
    return {"port": port}

def fin_wait2(many):
    l = socket.socket(); l.bind(("127.0.0.1", 0)); l.listen(999); KEPT.append(l)
    port = l.getsockname()[1]
    if os.fork() == 0:
        l.close(); held = [socket.create_connection(("127.0.0.1", port)) for _ in range(many)]; time.sleep(150); os._exit(0)
    for _ in range(many):
        c = l.accept()[0]; c.shutdown(1); KEPT.append(c)
    return {"port": port}


def refused(many):
    b = socket.socket(); b.bind(("127.0.0.1", 0)); port = b.getsockname()[1]; b.close()
    for _ in range(many):
        s = socket.socket(); s.setblocking(False); s.connect_ex(("127.0.0.1", port)); KEPT.append(s)
    return {"port": port}

def deleted_tmp(many):
    for n in range(many):
        fd, p = tempfile.mkstemp(dir=FOLDER, prefix="upload-", suffix=".part"); os.write(fd, b"x" * 100000); os.unlink(p)

def pool(many):
    l = socket.socket(); l.bind(("127.0.0.1", 0)); l.listen(many)
    for _ in range(many):
        c = socket.create_connection(l.getsockname()); KEPT.extend([c, l.accept()[0]]); os.set_inheritable(c.fileno(), True)
    KEPT.append(l)
    return l.getsockname()[1]

def crawler(many):
    l = socket.socket(); l.bind(("0.0.0.0", 0)); l.listen(many); port = l.getsockname()[1]
    for n in range(many):
        KEPT.append(socket.create_connection((f"127.0.1.{n + 1}", port)))
    # Accepted and held by another process.
    if os.fork() == 0:
        KEPT.clear(); KEPT.extend(l.accept() for _ in range(many)); time.sleep(150); os._exit(0)
    l.close()
    return {"port": port}

def tenants(many):
    for n in range(many):
        KEPT.append(open(f"{FOLDER}/{''.join(chr(97 + int(c)) for c in '%03d' % n)}.db", "w"))

def unix_queue(many):
    l = socket.socket(socket.AF_UNIX); l.bind(FOLDER + "/d.sock"); l.listen(many); KEPT.append(l)
    if os.fork() == 0:
        for _ in range(many):
            c = socket.socket(socket.AF_UNIX); c.connect(FOLDER + "/d.sock"); KEPT.append(c)
        time.sleep(150); os._exit(0)
    time.sleep(1)

def udp_unread(many):
    sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    for _ in range(many):
        s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.bind(("127.0.0.1", 0)); KEPT.append(s)
        for _ in range(20):
            sender.sendto(b"x" * 1000, s.getsockname())
    sender.close()

def threads(many):
    import threading
    threading.stack_size(65536); r, w = os.pipe(); KEPT.append(w)
    for _ in range(many):
        threading.Thread(target=os.read, args=(r, 1), daemon=True).start()
    return {"reader": r, **close_wait(40)}

def close_wait(many):
    l = socket.socket(); l.bind(("127.0.0.1", 0)); l.listen(many); KEPT.append(l)
    for _ in range(many):
        c = socket.create_connection(l.getsockname()); KEPT.append(l.accept()[0]); c.close()
    return {"port": l.getsockname()[1]}

def udp_crowd(many):
    import resource
    resource.setrlimit(resource.RLIMIT_NOFILE, (many + 100, many + 100))
    for n in range(many):
        s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.bind((f"127.0.2.{n % 50 + 1}", 10000 + n // 50)); KEPT.append(s)

def unix_client(many):
    for _ in range(many):
        c = socket.socket(socket.AF_UNIX); c.connect(sys.argv[3]); KEPT.append(c)

def unix_server(many):
    path = FOLDER + "/d.sock"; l = socket.socket(socket.AF_UNIX); l.bind(path); l.listen(many); KEPT.append(l)
    command = ["unshare", "--pid", "--fork", "--mount-proc", "--kill-child", sys.executable, "-B", __file__, "unix_client", str(many), path]
    client = subprocess.Popen(command, stdout=subprocess.PIPE); KEPT.append(client)
    KEPT.extend(l.accept() for _ in range(many)); client.stdout.readline()
    [inside] = open(f"/proc/{client.pid}/task/{client.pid}/children").read().split()
    return {"path": path, "inside": int(inside)}

def elsewhere(many):
    if LIBC.unshare(0x40000000):
        raise OSError(ctypes.get_errno(), "unshare")
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True); port = pool(many)
    for c in KEPT[:2 * many:2]:
        c.sendall(b"x" * 100)
    if len(sys.argv) > 3:
        os.setgid(int(sys.argv[3])); os.setuid(int(sys.argv[3])); LIBC.prctl(4, 1)
    return {"port": port}

def inherited_by_helper(many):
    port = pool(many); h = subprocess.Popen(["sleep", "150"], close_fds=False); KEPT.append(h)
    return {"pid": h.pid, "port": port, "parent": os.getpid()}

def inherited_by_worker(many):
    port = pool(many); parent = os.getpid(); worker = os.fork()
    if worker == 0: time.sleep(150); os._exit(0)
    return {"pid": worker, "port": port, "parent": parent}

def shared_with_child(many):
    port = pool(many); log = open(FOLDER + "/app.log", "w"); KEPT.append(log); os.set_inheritable(log.fileno(), True)
    own = open(FOLDER + "/own.log", "w"); KEPT.append(own); h = subprocess.Popen(["sleep", "150"], close_fds=False); KEPT.append(h)
    return {"port": port, "child": h.pid, "log": log.fileno(), "own": own.fileno(), "socket": KEPT[0].fileno()}


name = sys.argv[1]
many = int(sys.argv[2]) if len(sys.argv) > 2 else 40
signal.signal(signal.SIGALRM, signal.SIG_DFL)
try:
    truth = globals()[name](many) or {}
except Exception as e:
    print(json.dumps({"error": repr(e)}), flush=True); sys.exit(1)
print(json.dumps({"pid": os.getpid(), **truth}), flush=True)
signal.alarm(150)
signal.pause()
