#!/usr/bin/env python3
"""A user serves a file system that root may enter (allow_other) and never answers: `fdleak report` on a file there must end within 15 s, by
itself or by a signal, and say so. FUSE does not let go of whoever waits for a request that the server has read, not even by SIGKILL."""
import sys; sys.path.insert(0, __file__.rsplit('/', 1)[0])
from lib import *
import fuse as F, shutil, stat
D = tempfile.mkdtemp(prefix='h-attack-report-', dir='/tmp'); os.chmod(D, 0o777)
os.mknod(D + '/fuse', 0o666 | stat.S_IFCHR, os.makedev(10, 229)); os.mkdir(D + '/m')

def served(hung):
    def work(ready):
        try:
            fs = F.Fuse(D + '/m', D + '/fuse', ',allow_other', NOBODY)
        except OSError as e:
            ready(str(e)); return
        fs.serve(); os.listdir(D + '/m'); minor = os.minor(os.stat(D + '/m').st_dev)
        fs.pid = -1; fs.hung |= hung; ready(f'ok {minor}')
    return work

failures, tried = [], 0
cases = {'lookup': {F.LOOKUP}, 'getattr': {F.GETATTR}, 'open': {F.OPEN}, 'read': {F.READ}}
for name, hung in cases.items():
    if len(sys.argv) > 1 and name not in sys.argv[1:]: continue
    pid, text = hostile(served(hung), uid=0)
    if not text.startswith('ok'): print('cannot try here:', text); end(); shutil.rmtree(D, ignore_errors=True); os._exit(77)
    tried += 1
    run = fdleak('report', D + '/m/f', timeout=15)
    bad = run.timed_out or run.rc != 3 or 'not answer' not in run.err
    print('BAD ' if bad else 'ok  ', name, run.brief()[:230]); sys.stdout.flush()
    if bad: failures.append(f'{name}: {run.brief()[:200]}')
    F.abort(int(text.split()[1]), D); end(); libc.umount2((D + '/m').encode(), 2)
shutil.rmtree(D, ignore_errors=True)
verdict(failures, tried)
