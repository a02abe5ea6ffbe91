#!/usr/bin/env python3
"""A client of a local daemon made anew for each request, never closed. usage: [how many=40]"""
import json, os, socket, sys, tempfile, time
many = int(sys.argv[1]) if len(sys.argv) > 1 else 40
path = os.path.join(tempfile.mkdtemp(), "daemon.sock")
listener = socket.socket(socket.AF_UNIX); listener.bind(path); listener.listen(100)
if os.fork() == 0:
    accepted = []
    while True: accepted.append(listener.accept())
listener.close()
kept = []
for _ in range(many):
    client = socket.socket(socket.AF_UNIX); client.connect(path); client.sendall(b"x"); kept.append(client)
print(json.dumps({"pid": os.getpid(), "leaked": {"unix": many, "to": path}}), flush=True)
time.sleep(150)
