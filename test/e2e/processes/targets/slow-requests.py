"""A healthy server, one thread for each request, whose requests last for as long as told; its clients reset at once."""
import os
import socket
import socketserver
import struct
import sys
import threading
import time

from speak import answer, ready

REQUESTS, SECONDS = int(sys.argv[1]), float(sys.argv[2])


class Slow(socketserver.BaseRequestHandler):
    def handle(self):
        time.sleep(SECONDS)


class Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    request_queue_size = 128


server = Server(("127.0.0.1", 0), Slow)
threading.Thread(target=server.serve_forever, daemon=True).start()


def request_and_reset():
    client = socket.create_connection(server.server_address)
    client.sendall(b"a slow question")
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    client.close()


for _ in range(REQUESTS):
    request_and_reset()
while threading.active_count() < REQUESTS + 2:
    time.sleep(0.01)
ready(pid=os.getpid())
answer({})
