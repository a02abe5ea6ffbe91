"""Helpers of the attack scripts. FDLEAK_HOME: a built checkout (default: the current folder). Needs root, python3, node.
Every script exits 0 when the product holds, 1 when it does not, 77 when it could not be tried here."""
import ctypes, json, os, resource, select, signal, subprocess, sys, tempfile, time

HOME = os.environ.get('FDLEAK_HOME', os.getcwd())  # a built checkout
NODE = os.environ.get('NODE', 'node')
BINARY = os.environ.get('FDLEAK_BINARY')  # the single file instead
COMMAND = [os.path.abspath(BINARY)] if BINARY else [NODE, os.path.join(HOME, 'bin/fdleak.js')]
NOBODY = 65534
libc = ctypes.CDLL(None, use_errno=True)
import encodings.idna, socket, struct, threading, select; 'x'.encode('idna')  # /root is not to be read later
_children = []


class Run:
    def __init__(self, rc, out, err, seconds, rss_mb, timed_out):
        self.rc, self.out, self.err, self.seconds, self.rss_mb, self.timed_out = rc, out, err, seconds, rss_mb, timed_out

    @property
    def json(self):
        return json.loads(self.out)

    def brief(self):
        return f'rc={self.rc} t={self.seconds:.2f}s rss={self.rss_mb:.0f}MB timed_out={self.timed_out} out={len(self.out)}B err={self.err[:300]!r}'


def fdleak(*args, timeout=30, env=None, preexec=None, stdin=subprocess.DEVNULL, pass_fds=(), cwd=None, stdout=None, prefix=()):
    """Runs fdleak; peak memory by wait4. Killed at the timeout."""
    out, err = tempfile.TemporaryFile(), tempfile.TemporaryFile()
    start = time.monotonic()
    p = subprocess.Popen([*prefix, *COMMAND, *map(str, args)], stdin=stdin, stdout=out if stdout is None else stdout, stderr=err,
                         env=env, preexec_fn=preexec, pass_fds=pass_fds, cwd=cwd, start_new_session=True)
    timed_out, status, usage = False, None, None
    while True:
        pid, status, usage = os.wait4(p.pid, os.WNOHANG)
        if pid:
            break
        if time.monotonic() - start > timeout:
            timed_out = True
            p.kill()
            end = time.monotonic() + 5
            while time.monotonic() < end:
                pid, status, usage = os.wait4(p.pid, os.WNOHANG)
                if pid:
                    break
                time.sleep(0.05)
            break
        time.sleep(0.01)
    p.returncode = 0
    seconds = time.monotonic() - start
    out.seek(0); err.seek(0)
    rc = None if not pid else (os.waitstatus_to_exitcode(status))
    return Run(rc, out.read(), err.read().decode('utf8', 'replace'), seconds, (usage.ru_maxrss / 1024) if usage else -1, timed_out)


def hostile(work, uid=NOBODY, wait=10):
    """Forks a process of an unprivileged user that runs work(ready) ; ready(text) tells the parent. Answers (pid, text)."""
    r, w = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            os.close(r)
            if uid:
                os.setgroups([]); os.setgid(uid); os.setuid(uid)
            libc.prctl(4, 1, 0, 0, 0)  # PR_SET_DUMPABLE
            libc.prctl(1, signal.SIGKILL, 0, 0, 0)  # PR_SET_PDEATHSIG
            def ready(text=''):
                os.write(w, (str(text) + '\n').encode())
                os.close(w)
            work(ready)
            time.sleep(600)
        except BaseException as error:
            sys.stderr.write(f'hostile: {error!r}\n')
        finally:
            os._exit(0)
    os.close(w)
    _children.append(pid)
    text = b''
    end = time.monotonic() + wait
    while not text.endswith(b'\n') and time.monotonic() < end:
        if select.select([r], [], [], 0.5)[0]:
            part = os.read(r, 4096)
            if not part:
                break
            text += part
    os.close(r)
    return pid, text.decode().strip()


def end():
    for pid in _children:
        try:
            os.kill(pid, signal.SIGCONT); os.kill(pid, signal.SIGKILL); os.waitpid(pid, 0)
        except OSError:
            pass
    _children.clear()


def verdict(failures, tried):
    """Prints a line and exits."""
    end()
    for f in failures:
        print('FAIL', f)
    print(f'{os.path.basename(sys.argv[0])}: {tried} tried, {len(failures)} failed')
    sys.stdout.flush()
    os._exit(1 if failures else 0)


def orphans(n, port=0):
    """n dead accepted sockets of this very process, and the listener."""
    import socket, struct
    s = socket.socket(); s.bind(('127.0.0.1', port)); s.listen(512)
    kept = []
    for _ in range(n):
        c = socket.create_connection(s.getsockname()); a, _ = s.accept()
        c.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0)); c.close()
        kept.append(a)
    return s, kept
