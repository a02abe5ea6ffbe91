"""A server whose threads each keep a connection while they wait for an event that never comes. Prints its port."""

import queue
import socket
import threading

EVENTS = queue.Queue()


def hold(connection):
    connection.sendall(EVENTS.get())  # held here


server = socket.create_server(('127.0.0.1', 0), backlog=64)
print(server.getsockname()[1], flush=True)
while True:
    connection, _ = server.accept()
    threading.Thread(target=hold, args=(connection,), daemon=True).start()
