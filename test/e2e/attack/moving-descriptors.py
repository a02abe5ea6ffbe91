#!/usr/bin/env python3
"""Dead sockets that change their numbers all the time (dup3 and close): a look at a number finds another one there, or none. They must
be found by their inode, or it must be said that they could not be asked: never OK."""
import sys; sys.path.insert(0, __file__.rsplit('/', 1)[0])
from lib import *
failures, tried = [], 0
def work(pause):
    def run(ready):
        s, kept = orphans(20); nums = [k.detach() for k in kept]; ready('ok')
        at = 100; end = time.monotonic() + 60
        while time.monotonic() < end:
            for i, n in enumerate(nums):
                at = 100 + (at - 99) % 700
                if at not in nums: os.dup2(n, at); os.close(n); nums[i] = at
            if pause: time.sleep(pause)
    return run
for pause in (0, 0.001, 0.05):
    pid, ok = hostile(work(pause))
    for args in (['inspect', pid, '--json', '--sources', 'proc,autopsy'], ['assert', pid, '--max', 'orphaned=0', '--settle', '0']):
        tried += 1; run = fdleak(*args, timeout=30)
        print(pause, args[0], run.brief()[:160])
        seen = args[0] == 'inspect' and run.out and (run.json['summary']['byVerdict'] or {}).get('orphaned', 0) >= 18
        if run.timed_out or not (run.rc in (1, 3) or seen): failures.append(f'numbers change each {pause} s: {args[0]}: {run.brief()[:160]}')
    end()
verdict(failures, tried)
