"""Holds files on mounts that only it sees: there, deleted, replaced, over-mounted and on a mount that is gone from every list.

In a mount namespace of its own, so that no other process can follow the paths.
"""
import os
import subprocess
import sys
import tempfile

from speak import answer, ready

if os.environ.get("OWN_MOUNTS") is None:
    os.environ["OWN_MOUNTS"] = "1"
    os.execvp("unshare", ["unshare", "--mount", "--propagation", "private", sys.executable, "-B", *sys.argv])

folder = tempfile.mkdtemp(prefix="own-mounts-")


def mount():
    subprocess.run(["mount", "-t", "tmpfs", "tmpfs", folder], check=True)


def hold(name):
    return os.open(f"{folder}/{name}", os.O_CREAT | os.O_RDWR)


mount()
held = {"detached": hold("detached")}
subprocess.run(["umount", "-l", folder], check=True)
mount()
held["there"] = hold("there")
held["deleted"] = hold("deleted")
os.unlink(f"{folder}/deleted")
held["hidden"] = hold("hidden")
mount()
held["folder"] = os.open(folder, os.O_RDONLY)
ready(pid=os.getpid(), held=held)
answer({})
