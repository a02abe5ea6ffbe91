"""A server with 40 connections that their clients have finished. SIGUSR1: opens one file 42 times. SIGUSR2: closes another listener,
and has its clients reset all connections."""
import json
import os
import signal
import socket
import struct

listener = socket.create_server(("127.0.0.1", 0), backlog=64)
other = socket.create_server(("127.0.0.1", 0))


def be_clients():
    clients = []

    def reset(*_):
        while clients:
            client = clients.pop()
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            client.close()

    signal.signal(signal.SIGUSR2, reset)
    for _ in range(40):
        client = socket.create_connection(listener.getsockname())
        client.shutdown(socket.SHUT_WR)
        clients.append(client)
    listener.close()
    other.close()
    parent = os.getppid()
    while os.getppid() == parent:
        signal.sigtimedwait([], 0.2)
    os._exit(0)


child = os.fork()
if child == 0:
    be_clients()

held = [listener.accept()[0] for _ in range(40)]


def turn(*_):
    other.close()
    os.kill(child, signal.SIGUSR2)


signal.signal(signal.SIGUSR1, lambda *_: held.extend(open("/etc/hostname") for _ in range(42)))
signal.signal(signal.SIGUSR2, turn)
print("ready " + json.dumps({"port": listener.getsockname()[1], "other": other.getsockname()[1]}), flush=True)
while True:
    signal.pause()
