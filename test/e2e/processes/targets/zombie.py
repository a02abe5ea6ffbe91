"""A child that has ended and is not waited for."""
import os

from speak import answer, ready

child = os.fork()
if child == 0:
    os._exit(0)
while True:
    with open("/proc/%d/stat" % child) as stat:
        if ") Z " in stat.read():
            break
ready(pid=child, parent=os.getpid())
answer({})
os.waitpid(child, 0)
