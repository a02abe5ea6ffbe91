"""One process with every kind of descriptor, each labelled: python3 test/e2e/processes/zoo FOLDER [--own-namespace].

Prints one JSON line and lives until its standard input is closed:

    {"ready": true, "pid": 4242, "specimens": [{"label": "tcp4-fresh", "fd": 17, "tid": null, "inode": "39309", "note": ""}],
     "impossible": [{"label": "alg", "because": "[Errno 97] Address family not supported by protocol"}]}

`tid` is set for a descriptor that only that thread has. Needs no root, makes less without it. Files go to FOLDER.
"""

import json
import os
import signal
import sys

from kernel import CLONE_NEWNET, raise_loopback, unshare
from labels_anonymous import add_anonymous
from labels_elsewhere import add_namespaces, add_threads
from labels_files import add_files
from labels_sockets import add_datagram, add_other_families, add_unix
from labels_tcp import add_mptcp, add_tcp
from peer import Peer
from registry import Registry

LIFE_AT_MOST_SECONDS = 900
ADD_HERE = (add_tcp, add_mptcp, add_datagram, add_other_families, add_unix, add_files, add_anonymous)


def main():
    signal.alarm(LIFE_AT_MOST_SECONDS)
    os.closerange(3, 1024)  # whatever was inherited has no label
    if '--own-namespace' in sys.argv:
        unshare(CLONE_NEWNET)
        raise_loopback()
    peer = Peer()
    zoo = Registry(sys.argv[1], peer)
    for label, fd in (('stdin', 0), ('stdout', 1), ('stderr', 2)):
        zoo.keep(label, fd, 'from whoever started the zoo')
    zoo.keep('channel-of-peer', peer.channel, "the zoo's own")
    for add in (add_namespaces, *ADD_HERE, add_threads):
        try:
            add(zoo)
        except OSError as error:
            zoo.refuse(add.__name__, f'{error}')
    zoo.settle()
    print(json.dumps({'ready': True, 'pid': os.getpid(), 'specimens': zoo.specimens, 'impossible': zoo.impossible}), flush=True)
    while os.read(0, 4096):
        pass
    for pid, channel in zoo.children:
        channel.close()
        os.waitpid(pid, 0)
    peer.reap()
    os._exit(0)


main()
