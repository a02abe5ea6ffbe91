"""A process whose every name deceives: its own, its arguments, its files, its sockets.

    hostile-names.py FOLDER [ARGUMENT...]
"""
import base64
import ctypes
import os
import socket
import sys

from speak import answer, ready

PR_SET_NAME = 15
EVIL = b"\x1b]0;owned\x07\x1b[2J\x1b[31m\nOK  all is well\r\xff\xfe\xe2\x80\xae"
COMM = b"\x1b[31m) Z 1\n\xff"

ctypes.CDLL(None).prctl(PR_SET_NAME, COMM, 0, 0, 0)
folder = sys.argv[1].encode()

file = os.open(os.path.join(folder, b"f" + EVIL), os.O_CREAT | os.O_RDWR)
deleted = os.open(os.path.join(folder, b"d" + EVIL), os.O_CREAT | os.O_RDWR)
os.write(deleted, b"12345")
os.unlink(os.path.join(folder, b"d" + EVIL))
memfd = os.memfd_create("m" + os.fsdecode(EVIL))
os.chdir(folder)
named = socket.socket(socket.AF_UNIX)
named.bind(b"u" + EVIL)
named.listen()
abstract = socket.socket(socket.AF_UNIX)
abstract.bind(b"\x00a" + EVIL)
abstract.listen()

# A path longer than a page: readlink(2) of its descriptor fails with ENAMETOOLONG.
for _ in range(20):
    os.mkdir("x" * 250)
    os.chdir("x" * 250)
too_long = os.open("end", os.O_CREAT | os.O_RDWR)
os.chdir("/")

ready(
    pid=os.getpid(),
    evil=base64.b64encode(EVIL).decode(),
    file=file,
    deleted=deleted,
    memfd=memfd,
    named=named.fileno(),
    abstract=abstract.fileno(),
    tooLong=too_long,
)
answer({})
