#!/usr/bin/env python3
"""fdleak in a memory cgroup of 64 MB: its answer, or a message and 3. Where the kernel ends it (SIGKILL), it must not be in a cgroup where
node itself would live."""
import sys; sys.path.insert(0, __file__.rsplit('/', 1)[0])
from lib import *
import shutil
def limited(mb):
    for root, name in (('/sys/fs/cgroup/memory', 'memory.limit_in_bytes'), ('/sys/fs/cgroup', 'memory.max')):
        path = f'{root}/h-attack-{mb}'
        try:
            os.makedirs(path, exist_ok=True)
            if not os.path.exists(f'{path}/{name}'): os.rmdir(path); continue
            open(f'{path}/{name}', 'w').write(str(mb << 20)); return path
        except OSError as e: print('  ', path, e)
    return None
def victim(n):
    def work(ready):
        H = resource.getrlimit(resource.RLIMIT_NOFILE)[1]; resource.setrlimit(resource.RLIMIT_NOFILE, (H, H))
        globals()['K'] = [orphans(3), [os.open('/dev/null', 0) for _ in range(n)]]; ready('ok')
    return work
failures, tried = [], 0
D = tempfile.mkdtemp(prefix='h-attack-mem-', dir='/tmp')
for mb in (64,):
    path = limited(mb)
    if path is None: print('no cgroup of memory to write'); os._exit(77)
    inside = lambda: open(f'{path}/cgroup.procs', 'w').write(str(os.getpid()))
    node = subprocess.run([NODE, '-e', 'setTimeout(() => 0, 100)'], preexec_fn=inside).returncode
    for n in (0, 15000):
        pid, _ = hostile(victim(n), uid=0, wait=60)
        for args in (['inspect', pid, '--json'], ['watch', pid, '--history', f'{D}/{mb}-{n}.db', '--samples', '3', '--interval', '1s'], ['limits', pid], ['assert', pid, '--max', 'orphaned=0', '--settle', '0'], ['scan']):
            tried += 1
            run = fdleak(*args, timeout=60, preexec=inside)
            known = args[0] != 'inspect' or run.rc != 0 or run.json['summary']['byVerdict'].get('orphaned') == 3
            bad = run.timed_out or not known or run.rc not in (0, 1, 3)
            print('BAD ' if bad else 'ok  ', f'{mb} MB, {n} files,', args[0], run.brief()[:200], 'node', node); sys.stdout.flush()
            if bad: failures.append(f'{mb} MB, {n} files, {args[0]}: {run.brief()[:150]}')
        end()
    for _ in range(20):
        try: os.rmdir(path); break
        except OSError: time.sleep(.1)
shutil.rmtree(D, ignore_errors=True)
verdict(failures, tried)
