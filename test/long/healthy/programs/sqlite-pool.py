"""Usage: sqlite-pool.py PORT FOLDER. A pool of 100 connections to one database, in WAL mode, a few in use at any time."""
import random, sqlite3, socket, sys, time

pool = [sqlite3.connect(sys.argv[2] + "/pool.db", isolation_level=None) for _ in range(100)]
pool[0].execute("pragma journal_mode=wal")
pool[0].execute("create table if not exists t (x)")
for one in pool: one.execute("select count(*) from t").fetchall()
listener = socket.create_server(("127.0.0.1", int(sys.argv[1])))
while True:
    random.choice(pool).execute("insert into t values (1)")
    time.sleep(0.05)
