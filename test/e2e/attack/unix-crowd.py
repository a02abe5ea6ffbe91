#!/usr/bin/env python3
"""Other users' unix sockets, whose names hold newlines and whole rows of other tables: 97,500 of them are a table of 16 MB that every look
reads. Bounds: 15 s, 300 MB, also for a scan, which keeps the rows for all processes: a hundred ask for theirs."""
import sys; sys.path.insert(0, __file__.rsplit('/', 1)[0])
from lib import *
MANY = int(sys.argv[1]) if len(sys.argv) > 1 else 97500
HARD = min(20000, resource.getrlimit(resource.RLIMIT_NOFILE)[1])
def crowd(first, count):
    def work(ready):
        resource.setrlimit(resource.RLIMIT_NOFILE, (HARD, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
        kept = globals()['K'] = []
        for at in range(first, first + count):
            s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
            # The kernel keeps names in 256 lists by their sum.
            s.bind(b'\0' + os.urandom(8).hex().encode() + f'\n0000000000000000: 00000003 00000000 00000000 0001 03 {at} @x\n 0: 0100007F:1F90'.encode()[:90])
            kept.append(s)
        ready('ok')
    return work
def victim(ready):
    globals()['V'] = [orphans(3), socket.socketpair(), [socket.socket() for _ in range(3)], *(socket.socket(socket.AF_UNIX) for _ in range(30))]; ready('ok')
failures, tried, made = [], 0, 0
while made < MANY:
    count = min(HARD - 100, MANY - made)
    _, ok = hostile(crowd(made, count), wait=120)
    if ok != 'ok': print('cannot try here:', ok); end(); os._exit(77)
    made += count
for _ in range(100): vpid, _ = hostile(victim)
for args in (['inspect', vpid, '--json'], ['inspect', vpid, '--settle', '0', '--sources', 'proc,autopsy'], ['watch', vpid, '--no-history', '--samples', '3', '--interval', '1s'], ['scan'], ['assert', vpid, '--max', 'orphaned=0', '--settle', '0'], ['limits', vpid]):
    tried += 1
    run = fdleak(*args, timeout=60)
    bad = run.timed_out or run.seconds > (25 if '--json' in args else 15) or run.rss_mb > 300 or run.rc not in (0, 1, 3)
    if args[0] == 'inspect' and '--json' in args and run.out: bad = bad or run.json['summary']['byVerdict'].get('orphaned') != 3
    print('BAD ' if bad else 'ok  ', f'{made} names,', *args[:1], *args[2:], run.brief()[:160]); sys.stdout.flush()
    if bad: failures.append(f'{args}: {run.brief()[:160]}')
verdict(failures, tried)
