"""A server whose threads each wait for a byte of their client. Prints its port."""

import socket
import threading


def serve(connection):
    connection.recv(1)  # waits here


server = socket.create_server(('127.0.0.1', 0), backlog=64)
print(server.getsockname()[1], flush=True)
while True:
    connection, _ = server.accept()
    threading.Thread(target=serve, args=(connection,), daemon=True).start()
