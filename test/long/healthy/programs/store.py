"""Usage: store.py PORT FOLDER. A store with 2,500 table files open for reading, and a log."""
import os, resource, socket, sys, time

resource.setrlimit(resource.RLIMIT_NOFILE, (4096, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
folder = sys.argv[2]
tables = []
for at in range(2500):
    path = f"{folder}/{at:06}.sst"
    with open(path, "w") as table: table.write("x" * 100)
    tables.append(os.open(path, os.O_RDONLY))
log = open(f"{folder}/LOG", "w")
listener = socket.create_server(("127.0.0.1", int(sys.argv[1])))
at = 0
while True:
    os.pread(tables[at % 2500], 10, 0)
    at += 1
    log.write("x\n")
    time.sleep(0.01)
