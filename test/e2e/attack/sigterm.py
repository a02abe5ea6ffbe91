#!/usr/bin/env python3
"""SIGTERM to a watch at any moment: it ends within a second, with its summary, whatever it was at. Where the machine is busy with others, what
counts is the processor time that it took after the signal. Arguments: names of cases."""
import sys; sys.path.insert(0, __file__.rsplit('/', 1)[0])
from lib import *
import shutil
D = tempfile.mkdtemp(prefix='h-attack-signal-', dir='/tmp')
HARD = min(20000, resource.getrlimit(resource.RLIMIT_NOFILE)[1])
TICKS = os.sysconf('SC_CLK_TCK')
def pair(ready):
    # A connected unix socket is what a tick asks ss about.
    globals()['K'] = [socket.socketpair(), orphans(3)]; ready('ok')
def crowd(ready):
    resource.setrlimit(resource.RLIMIT_NOFILE, (HARD, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
    kept = globals()['K'] = [socket.socketpair(), orphans(3)]
    for at in range(HARD - 100):
        s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        s.bind(b'\0' + os.urandom(8).hex().encode() + b'\n0: ' * 20); kept.append(s)
    ready('ok')
def files(ready):
    resource.setrlimit(resource.RLIMIT_NOFILE, (HARD, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
    globals()['K'] = [socket.socketpair(), orphans(100), [os.open('/dev/null', 0) for _ in range(HARD - 1000)]]; ready('ok')
SLOW = f'{D}/bin'; os.mkdir(SLOW)
open(f'{SLOW}/ss', 'w').write('#!/bin/sh\nexec sleep 20\n'); os.chmod(f'{SLOW}/ss', 0o755)
CASES = {
    'slow ss': (pair, {**os.environ, 'PATH': f'{SLOW}:{os.environ["PATH"]}'}, (3, 4.5)),
    'crowd': (crowd, None, (.4, .8, 1.2, 1.6, 2, 2.4, 2.8)),
    'files': (files, None, (.4, .8, 1.2, 1.6, 2, 2.4, 2.8)),
}
def cpu(pid):
    fields = open(f'/proc/{pid}/stat').read().rsplit(')', 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS
failures, tried = [], 0
for name, (work, env, moments) in CASES.items():
    if len(sys.argv) > 1 and name not in sys.argv[1:]: continue
    pid, ok = hostile(work, wait=120)
    if ok != 'ok': print('cannot try here:', name, ok); end(); shutil.rmtree(D); os._exit(77)
    for moment in moments:
        tried += 1
        out = tempfile.TemporaryFile()
        p = subprocess.Popen([*COMMAND, 'watch', str(pid), '--no-history', '--interval', '500ms'], stdout=out, stderr=subprocess.DEVNULL, env=env)
        time.sleep(moment)
        before = cpu(p.pid); start = time.monotonic(); p.terminate()
        while True:
            ended, status, usage = os.wait4(p.pid, os.WNOHANG)
            seconds = time.monotonic() - start
            if ended or seconds > 25: break
            time.sleep(.01)
        p.returncode = 0
        if not ended: p.kill(); os.waitpid(p.pid, 0); usage = None
        used = usage.ru_utime + usage.ru_stime - before if usage else 99
        out.seek(0); told = out.read()
        # Before it listens, at its start, the kernel ends it.
        bad = (seconds > 1 and (used > .8 or seconds > 8)) or not (told or os.waitstatus_to_exitcode(status) == -15)
        print('BAD ' if bad else 'ok  ', f'{name}: SIGTERM after {moment} s was obeyed after {seconds:.2f} s, {used:.2f} s of them its own, status {os.waitstatus_to_exitcode(status)}'); sys.stdout.flush()
        if bad: failures.append(f'{name}: SIGTERM after {moment} s: {seconds:.2f} s, {used:.2f} s of them its own')
    end()
shutil.rmtree(D, ignore_errors=True)
verdict(failures, tried)
