"""Four processes that start others without end, each of which opens files, takes names that deceive, and is gone. `count` tells how
many there have been."""
import mmap
import os
import signal
import struct

from speak import answer, ready

NAMES = [b"a) Z 1 1", b"x\ny", b"\x1b[2J", b") R (", b"\xff\xfe", b"   "]
counts = mmap.mmap(-1, 4 * 8)
children = []


def start(at):
    count = 0
    while True:
        child = os.fork()
        if child == 0:
            for _ in range(40):
                os.open("/dev/null", os.O_RDONLY)
            with open("/proc/self/comm", "wb") as comm:
                comm.write(NAMES[count % len(NAMES)])
            os._exit(0)
        os.waitpid(child, 0)
        count += 1
        struct.pack_into("q", counts, 8 * at, count)


for at in range(4):
    child = os.fork()
    if child == 0:
        start(at)
    children.append(child)
ready(pid=os.getpid())
answer({"count": lambda: sum(struct.unpack("4q", counts))})
for child in children:
    os.kill(child, signal.SIGKILL)
