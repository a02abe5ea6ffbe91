"""Holds descriptors until its input ends: `hoard.py files 40` opens one file so often, `hoard.py full` opens until EMFILE, and
`hoard.py deleted 30` holds files that are unlinked, `hoard.py named NAME` calls itself so."""
import json
import os
import resource
import sys
import tempfile

kind, argument = sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else ''
held = []
path = None
if kind == 'files':
    held = [os.open('/etc/hostname', os.O_RDONLY) for _ in range(int(argument))]
elif kind == 'full':
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
    try:
        while True:
            held.append(os.open('/dev/null', os.O_RDONLY))
    except OSError:
        pass
elif kind == 'deleted':
    for _ in range(int(argument)):
        fd, path = tempfile.mkstemp(prefix='hoard-')
        os.unlink(path)
        held.append(fd)
elif kind == 'named':
    held = [os.open('/dev/null', os.O_RDONLY) for _ in range(40)]
    with open('/proc/self/comm', 'w') as comm:
        comm.write(argument)
print('ready ' + json.dumps({'pid': os.getpid(), 'held': len(held), 'path': path}), flush=True)
sys.stdin.read()
