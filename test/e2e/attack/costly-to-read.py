#!/usr/bin/env python3
"""What one descriptor can make its fdinfo cost: an inotify instance of many watches and a file of many locks, each duplicated to the limit.
The kernel writes megabytes for each. inspect, limits and watch must end within --within and say what they left out, and a signal must be
obeyed within a second while they read. Arguments: names of cases."""
import sys; sys.path.insert(0, __file__.rsplit('/', 1)[0])
from lib import *
import fcntl, shutil
D = tempfile.mkdtemp(prefix='h-attack-costly-', dir='/tmp'); os.chmod(D, 0o755)
HARD = min(20000, resource.getrlimit(resource.RLIMIT_NOFILE)[1])
def fill(fd):
    for _ in range(HARD - 100): os.dup(fd)
def watches():
    instance = libc.inotify_init()
    for at in range(20000):
        if libc.inotify_add_watch(instance, f'{D}/{at}'.encode(), 2) < 0: break
    fill(instance)
def locks():
    fd = os.open(f'{D}/locked', os.O_RDWR)
    for at in range(15000): fcntl.lockf(fd, fcntl.LOCK_EX, 1, at * 2)
    fill(fd)
def victim(work):
    def run(ready):
        resource.setrlimit(resource.RLIMIT_NOFILE, (HARD, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
        work(); ready('ok')
    return hostile(run, wait=60)
for at in range(20000): open(f'{D}/{at}', 'w').close()
open(f'{D}/locked', 'w').close(); os.chmod(f'{D}/locked', 0o666)
failures, tried = [], 0
def bad_of(name, run, most):
    bad = run.timed_out or run.seconds > most or run.rc not in (0, 1, 3)
    print('BAD ' if bad else 'ok  ', name, run.brief()[:200]); sys.stdout.flush()
    if bad: failures.append(f'{name}: {run.brief()[:160]}')
WITHIN = [] if os.environ.get('FDLEAK_OLD') else ['--within', '3s']
for name, work in {'watches': watches, 'locks': locks}.items():
    if len(sys.argv) > 1 and name not in sys.argv[1:]: continue
    pid, ok = victim(work)
    if ok != 'ok': print('cannot try here:', name, ok); end(); shutil.rmtree(D); os._exit(77)
    for args in (['inspect', pid, '--settle', '0', '--sources', 'proc,autopsy', *WITHIN], ['limits', pid, *WITHIN]):
        tried += 1; bad_of(f'{name}: {args[0]}', fdleak(*args, timeout=30), 10)
    # A signal: `watch` listens for it, the others leave it to the kernel.
    for args in (['inspect', pid, '--sources', 'proc,autopsy'], ['limits', pid], ['watch', pid, '--no-history', '--interval', '1s']):
        tried += 1
        p = subprocess.Popen([*COMMAND, *map(str, args)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(2)
        if p.poll() is not None: print('     ', args[0], 'had ended'); continue
        p.terminate(); start = time.monotonic()
        try: p.wait(20); seconds = time.monotonic() - start
        except subprocess.TimeoutExpired: p.kill(); seconds = 20
        bad = seconds > 2.5  # a second, on a machine that does other things
        print('BAD ' if bad else 'ok  ', f'{name}: {args[0]} ended {seconds:.2f} s after SIGTERM, {p.returncode}'); sys.stdout.flush()
        if bad: failures.append(f'{name}: {args[0]} obeyed SIGTERM after {seconds:.1f} s')
    end()
shutil.rmtree(D, ignore_errors=True)
verdict(failures, tried)
