#!/usr/bin/env python3
"""A server of events whose clients lose their network: no FIN, no RST, and what is sent is never acknowledged. The clients live in a network
namespace of their own, whose address is taken away. usage: [how many=30]. Needs root."""
import json, os, socket, sys, threading, time
from far_network import ip, join_to, leave, net, there
N = int(sys.argv[1]) if len(sys.argv) > 1 else 30
to_child, from_parent = os.pipe(), os.pipe()
world = os.fork()
if world == 0:
    leave()
    os.write(to_child[1], b"x"); os.read(from_parent[0], 1)
    ip("addr", "add", f"{net}.2/24", "dev", there); ip("link", "set", there, "up")
    clients = []
    for _ in range(N):
        s = socket.create_connection((f"{net}.1", int(os.read(from_parent[0], 8))) if not clients else clients[0].getpeername())
        s.sendall(b"GET /events\r\n"); s.recv(10); clients.append(s)
    ip("addr", "flush", "dev", there); os.write(to_child[1], b"y")
    time.sleep(150); os._exit(0)
os.read(to_child[0], 1)
join_to(world)
srv = socket.socket(); srv.bind((f"{net}.1", 0)); srv.listen(512); port = srv.getsockname()[1]; conns = []
def accept():
    while True:
        c = srv.accept()[0]; c.recv(100); c.sendall(b"data: hi\n\n"); c.setblocking(False); conns.append(c)
threading.Thread(target=accept, daemon=True).start()
os.write(from_parent[1], b"x"); time.sleep(0.1); os.write(from_parent[1], b"%08d" % port)
os.read(to_child[0], 1)
print(json.dumps({"pid": os.getpid(), "port": port, "leaked": {"established": N, "peer": "lost its network"}}), flush=True)
end = time.time() + 150
while time.time() < end:
    for c in conns:
        try: c.send(b"data: tick\n\n")
        except OSError: pass
    time.sleep(0.5)
