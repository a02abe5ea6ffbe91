#!/usr/bin/env python3
"""A server that holds requests until it has news (long polling), whose clients lose their network: no FIN, no RST, and nothing is sent that they could fail
to acknowledge. Five others ask again each second. The clients live in a network namespace of their own; the address of those that vanish is taken away.
usage: [silent|answers] [how many=30]. answers: the news comes, and the kernel gives up on each after 2 s. Needs root."""
import json, os, socket, sys, threading, time
from far_network import ip, join_to, leave, net, there
ANSWERS = sys.argv[1:2] == ["answers"]; N = int(sys.argv[2]) if len(sys.argv) > 2 else 30; LIVE = 5
to_parent, to_child = os.pipe(), os.pipe()
world = os.fork()
if world == 0:
    leave()
    os.write(to_parent[1], b"x"); port = int(os.read(to_child[0], 8))
    for n in (2, 3): ip("addr", "add", f"{net}.{n}/24", "dev", there)
    ip("link", "set", there, "up")
    def poll(n): s = socket.create_connection((f"{net}.1", port), source_address=(f"{net}.{n}", 0)); s.sendall(b"GET /poll\r\n"); return s
    def ask_again(s):
        while True: time.sleep(1); s.sendall(b"again\r\n")
    live = [poll(2) for _ in range(LIVE)]; gone = [poll(3) for _ in range(N)]
    for s in live: threading.Thread(target=ask_again, args=(s,), daemon=True).start()
    time.sleep(0.5); ip("addr", "del", f"{net}.3/24", "dev", there); os.write(to_parent[1], b"y")
    time.sleep(150); os._exit(0)
os.read(to_parent[0], 1)
join_to(world)
srv = socket.socket(); srv.bind((f"{net}.1", 0)); srv.listen(512); port = srv.getsockname()[1]; held = []
os.write(to_child[1], b"%08d" % port)
def drain(c):
    while c.recv(100): pass
for _ in range(N + LIVE):
    c, (who, _) = srv.accept(); c.recv(100)
    if ANSWERS: c.setsockopt(socket.IPPROTO_TCP, 18, 2000)   # TCP_USER_TIMEOUT
    if who.endswith(".2"): threading.Thread(target=drain, args=(c,), daemon=True).start()
    held.append((who, c))
os.read(to_parent[0], 1)
if ANSWERS:
    for who, c in held:
        if who.endswith(".3"): c.sendall(b"news\n")
    time.sleep(6)
print(json.dumps({"pid": os.getpid(), "port": port, "client": f"{net}.3", "leaked": {"established": N, "peer": "lost its network"}}), flush=True)
time.sleep(150)
