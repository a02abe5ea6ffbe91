"""Labels of the sockets that are no TCP."""

import array
import os
import socket

from kernel import UDPLITE

V4, V6 = socket.AF_INET, socket.AF_INET6
AF_XDP = 44
HOSTILE = b'new\nline-\x1b[31mred\xff\xfe'


def add_datagram(zoo):
    for name, family, address in (('udp4', V4, '127.0.0.1'), ('udp6', V6, '::1')):
        udp = lambda protocol=0: socket.socket(family, socket.SOCK_DGRAM, protocol)
        zoo.attempt(f'{name}-unbound', udp)
        zoo.attempt(f'{name}-bound', lambda: bound(udp(), (address, 0)))
        zoo.attempt(f'{name}-connected', lambda: connected(udp(), (address, 9)))
        zoo.attempt(f'{name.replace("udp", "udplite")}-bound', lambda: bound(udp(UDPLITE), (address, 0)))
        zoo.attempt(f'{name.replace("udp", "udplite")}-unbound', lambda: udp(UDPLITE))
    zoo.attempt('raw4', lambda: socket.socket(V4, socket.SOCK_RAW, socket.IPPROTO_ICMP))
    zoo.attempt('raw6', lambda: socket.socket(V6, socket.SOCK_RAW, socket.IPPROTO_ICMPV6))
    zoo.attempt('ping4', lambda: bound(socket.socket(V4, socket.SOCK_DGRAM, socket.IPPROTO_ICMP), ('127.0.0.1', 0)))
    zoo.attempt('ping6', lambda: bound(socket.socket(V6, socket.SOCK_DGRAM, socket.IPPROTO_ICMPV6), ('::1', 0)))


def bound(sock, address):
    sock.bind(address)
    return sock


def connected(sock, address):
    sock.connect(address)
    return sock


def add_other_families(zoo):
    netlink = lambda protocol: socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, protocol)
    zoo.attempt('netlink-unbound', lambda: netlink(socket.NETLINK_ROUTE))
    zoo.attempt('netlink-bound', lambda: bound(netlink(socket.NETLINK_ROUTE), (0, 0)))
    zoo.attempt('packet', lambda: socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0), 'receives nothing: protocol 0')
    zoo.attempt('vsock', lambda: socket.socket(socket.AF_VSOCK, socket.SOCK_STREAM))
    zoo.attempt('vsock-bound', lambda: bound(socket.socket(socket.AF_VSOCK, socket.SOCK_STREAM), (socket.VMADDR_CID_ANY, socket.VMADDR_PORT_ANY)))
    zoo.attempt('alg', lambda: socket.socket(socket.AF_ALG, socket.SOCK_SEQPACKET))
    zoo.attempt('xdp', lambda: socket.socket(AF_XDP, socket.SOCK_RAW))
    zoo.attempt('sctp', lambda: socket.socket(V4, socket.SOCK_STREAM, 132))


def add_unix(zoo):
    for name, kind in (('stream', socket.SOCK_STREAM), ('seqpacket', socket.SOCK_SEQPACKET), ('dgram', socket.SOCK_DGRAM)):
        pair = lambda: socket.socketpair(socket.AF_UNIX, kind)
        zoo.attempt(f'unix-{name}-unconnected', lambda: socket.socket(socket.AF_UNIX, kind))
        ours, theirs = pair()
        zoo.keep(f'unix-{name}-pair-a', ours, 'the other end is -b')
        zoo.keep(f'unix-{name}-pair-b', theirs, 'the other end is -a')
        ours, theirs = pair()
        zoo.keep(f'unix-{name}-pair-remote', ours, 'the other end is in another process')
        zoo.peer.take(theirs)
        ours, theirs = pair()
        theirs.close()
        zoo.keep(f'unix-{name}-peer-gone', ours)
    add_unix_listeners(zoo)
    add_in_flight(zoo)


def add_unix_listeners(zoo):
    paths = {
        'path': zoo.folder + b'/listener',
        'abstract': b'\0fdleak-zoo-%d' % os.getpid(),
        'hostile': zoo.folder + b'/' + HOSTILE,
        'hostile-abstract': b'\0%d-%s' % (os.getpid(), HOSTILE),
    }
    for name, path in paths.items():
        zoo.attempt(f'unix-listening-{name}', lambda: listen_at(path))
    zoo.attempt('unix-dgram-bound', lambda: bound(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM), zoo.folder + b'/datagrams'))
    zoo.attempt('unix-stream-accepted', lambda: accepted(zoo), 'carries the path of its listener')
    zoo.attempt('unix-stream-accepted-peer-gone', lambda: accepted(zoo, stays=False))
    zoo.attempt('unix-listening-forged-row', lambda: forge(zoo), 'its name reads as a table row with the inode of tcp4-orphaned-reset')


def listen_at(path):
    sock = bound(socket.socket(socket.AF_UNIX, socket.SOCK_STREAM), path)
    sock.listen(4)
    return sock


def accepted(zoo, stays=True):
    client = connected(socket.socket(socket.AF_UNIX, socket.SOCK_STREAM), zoo.folder + b'/listener')
    ours, _ = zoo['unix-listening-path'].accept()
    if stays:
        zoo.peer.take(client)
    else:
        client.close()
    return ours


def forge(zoo):
    """The kernel prints names into /proc/net/unix as they are, line breaks too."""
    inode = os.fstat(zoo['tcp4-orphaned-reset'].fileno()).st_ino
    row = b'0000000000000000: 00000003 00000000 00000000 0001 03 %5d /run/forged' % inode
    return listen_at(b'\0%d\n%s' % (os.getpid(), row))


def add_in_flight(zoo):
    """A descriptor sent and not yet received: a reference that is in no table (scm_fds in fdinfo)."""
    ours, theirs = socket.socketpair()
    with open('/dev/null', 'rb') as sent:
        theirs.sendmsg([b'x'], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array('i', [sent.fileno()]))])
    zoo.peer.take(theirs)
    zoo.keep('unix-stream-with-descriptor-in-flight', ours)
