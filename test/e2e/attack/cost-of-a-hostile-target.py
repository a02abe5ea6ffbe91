#!/usr/bin/env python3
"""What an unprivileged target can make a look cost: descriptor tables of threads (each compared with each), dup'd descriptors (kcmp),
epoll targets, a huge sparse table, many file descriptors. Bound: 15 s, 300 MB, and an end by itself, as docs/security.md promises."""
import sys; sys.path.insert(0, __file__.rsplit('/', 1)[0])
from lib import *
import socket, threading
CASES = {}
def case(f): CASES[f.__name__] = f; return f
def nofile(n): resource.setrlimit(resource.RLIMIT_NOFILE, (n, n))
HARD = min(1000000, resource.getrlimit(resource.RLIMIT_NOFILE)[1])

C_THREADS = r'''
#define _GNU_SOURCE
#include <pthread.h>
#include <sched.h>
#include <unistd.h>
#include <stdio.h>
#include <stdlib.h>
#include <fcntl.h>
#include <sys/syscall.h>
static int per; static volatile int up;
static void *run(void *a) { if (unshare(CLONE_FILES)) _exit(9); for (int i = 0; i < per; i++) open("/dev/null", O_RDONLY); __sync_fetch_and_add(&up, 1); for (;;) pause(); }
int main(int c, char **v) { int n = atoi(v[1]); per = atoi(v[2]); pthread_attr_t at; pthread_attr_init(&at); pthread_attr_setstacksize(&at, 16384);
  for (int i = 0; i < n; i++) { pthread_t t; if (pthread_create(&t, &at, run, 0)) { printf("only %d\n", i); n = i; break; } } while (up < n) usleep(1000); printf("ok %d\n", n); fflush(stdout); close(1); sleep(300); }
'''
def threads(n, per):
    def start():
        os.makedirs('/tmp/h-attack', exist_ok=True)
        src = '/tmp/h-attack/threads.c'; exe = '/tmp/h-attack/threads'
        if not os.path.exists(exe):
            open(src, 'w').write(C_THREADS); subprocess.check_call(['gcc', '-O1', '-pthread', '-o', exe, src]); os.chmod('/tmp/h-attack', 0o755)
        p = subprocess.Popen([exe, str(n), str(per)], stdout=subprocess.PIPE, preexec_fn=lambda: (os.setgid(NOBODY), os.setuid(NOBODY)))
        print('   ', p.stdout.readline().decode().strip())
        from lib import _children; _children.append(p.pid)
        return p.pid
    return start
def py(work):
    return lambda: hostile(lambda ready: (work(), ready('ok')), uid=0, wait=60)[0]
def dups(n):
    def work():
        nofile(HARD); fd = os.open('/dev/null', os.O_RDONLY)
        for _ in range(n): os.dup(fd)
    return work
def opens(n):
    def work():
        nofile(HARD)
        for _ in range(n): os.open('/dev/null', os.O_RDONLY)
    return work
def epolls(sets, targets):
    def work():
        import select
        nofile(HARD)
        fds = [os.eventfd(0) for _ in range(targets)] if hasattr(os, 'eventfd') else [os.open('/dev/zero', 0) for _ in range(targets)]
        for _ in range(sets):
            e = select.epoll(); globals().setdefault('keep', []).append(e)
            for fd in fds: e.register(fd, 1)
        keep.append(fds)
    return work
def sparse():
    nofile(HARD); fd = os.open('/dev/null', os.O_RDONLY); os.dup2(fd, HARD - 1)
def pipes():
    nofile(HARD); globals()['keep'] = [os.pipe() for _ in range(9900)]
def udp(n):
    def work():
        nofile(HARD); globals()['keep'] = [socket.socket(socket.AF_INET, socket.SOCK_STREAM) for _ in range(n)]
    return work
CASES = {
  '2,000 threads, a table each, 3 descriptors': threads(2000, 3),
  '8,000 threads, a table each, 3 descriptors': threads(8000, 3),
  '500 threads, a table each, 1,000 descriptors': threads(500, 1000),
  '99 % of the table dups of one file': py(dups(HARD - 100)),
  '99 % of the table opens of one file': py(opens(HARD - 100)),
  '40 epoll sets of 19,000 targets': py(epolls(40, 19000)),
  '250 epoll sets of 19,000 targets': py(epolls(250, 19000)),
  'a table of the largest size, 4 open': py(sparse),
  'as many fresh sockets': py(udp(HARD - 100)),
  '40 threads, a table each, 19,000 descriptors': threads(40, 19000),
}
failures, tried = [], 0
only = sys.argv[1:]
for name, start in CASES.items():
    if only and not any(o in name for o in only): continue
    pid = start()
    for args in (['inspect', pid, '--settle', '0', '--sources', 'proc,autopsy'], ['inspect', pid, '--json'], ['limits', pid], ['watch', pid, '--no-history', '--samples', '1']):
        tried += 1
        run = fdleak(*args, timeout=60)
        # lsof and ss have 10 s of their own, beside the look.
        bad = run.timed_out or run.rc not in (0, 1, 3) or run.seconds > (25 if '--json' in args else 15) or run.rss_mb > 300
        print('BAD ' if bad else 'ok  ', name, args[0], run.brief()[:260]); sys.stdout.flush()
        if bad: failures.append(f'{name}: {args[0]}: {run.brief()[:150]}')
    end()
verdict(failures, tried)
