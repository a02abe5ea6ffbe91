"""Holds ten read ends of pipes that nobody can write to any more, and ten whose write ends a child holds. Ends with its input."""

import json
import os
import signal
import sys

with_child = [os.pipe() for _ in range(10)]
child = os.fork()
if child == 0:
    for read, _ in with_child:
        os.close(read)
    os.close(0)
    signal.pause()
for _, write in with_child:
    os.close(write)

alone = []
for _ in range(10):
    read, write = os.pipe()
    os.close(write)
    alone.append(read)

print(json.dumps({"pid": os.getpid(), "alone": alone, "with_child": [read for read, _ in with_child]}), flush=True)
sys.stdin.read()
os.kill(child, signal.SIGKILL)
