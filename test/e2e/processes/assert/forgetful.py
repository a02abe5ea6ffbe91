"""A server that opens what its clients ask for, a word a connection, and forgets to close it.

    python3 forgetful.py  ->  41375

`refused`, `reset`, `bound`, `listening`, `closed-listener`, `datagram`: a socket on a port that the kernel chose. `unix`, `abstract`,
`file`: by a made-up name. `replace` replaces one outgoing connection by another, `turns` opens something else each time. Exits when
its standard input closes, or after a minute.
"""
import os
import select
import socket
import struct
import sys
import tempfile
import time

HERE = ('127.0.0.1', 0)
kept = []
pool = []
asked = 0


def new(kind=socket.SOCK_STREAM):
    one = socket.socket(socket.AF_INET, kind)
    kept.append(one)
    return one


def refused():
    try:
        new().connect(('127.0.0.1', 1))
    except OSError:
        pass


def bound():
    new().bind(HERE)


def listening():
    bound()
    kept[-1].listen(1)


def closed_listener():
    listening()
    kept[-1].shutdown(socket.SHUT_RDWR)


def datagram():
    new(socket.SOCK_DGRAM).sendto(b'x', ('127.0.0.1', 9))


def reset():
    listener = socket.socket()
    listener.bind(HERE)
    listener.listen(1)
    new().connect(listener.getsockname())
    accepted, _ = listener.accept()
    accepted.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0))
    accepted.close()
    listener.close()


def unix(name=None):
    one = socket.socket(socket.AF_UNIX)
    one.bind(name or tempfile.mktemp(dir=folder))
    one.listen(1)
    kept.append(one)


def abstract():
    unix('\0forgetful-%d' % len(kept))


def file():
    kept.append(tempfile.mkstemp(dir=folder))


def replace():
    while pool:
        pool.pop().close()
    pool.append(socket.create_connection(service.getsockname()))
    held.append(service.accept()[0])
    while len(held) > 1:
        held.pop(0).close()


def turns():
    [lambda: kept.append(select.epoll()), file, refused, lambda: kept.append(os.pipe())][asked % 4]()


WORDS = {
    'refused': refused, 'bound': bound, 'listening': listening, 'closed-listener': closed_listener, 'datagram': datagram,
    'reset': reset, 'unix': unix, 'abstract': abstract, 'file': file, 'replace': replace, 'turns': turns,
}

folder = tempfile.mkdtemp(prefix='forgetful-')
held = []
service = socket.socket()
service.bind(HERE)
service.listen(5)
server = socket.socket()
server.bind(HERE)
server.listen(50)
print(server.getsockname()[1], flush=True)
until = time.monotonic() + 60
while time.monotonic() < until:
    ready, _, _ = select.select([server, sys.stdin], [], [], 1)
    if sys.stdin in ready and not os.read(0, 1):
        break
    if server in ready:
        client, _ = server.accept()
        word = client.recv(64).decode()
        if word in WORDS:
            WORDS[word]()
            asked += 1
        client.close()
for name in os.listdir(folder):
    os.unlink(os.path.join(folder, name))
os.rmdir(folder)
