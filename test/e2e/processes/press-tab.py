"""How long a TAB takes in a real shell on a terminal of its own, and an empty Node beside it: the least of each in ms, as JSON.

    python3 press-tab.py TIMES PREPARE TYPED SHOWN SHELL...

runs SHELL, types the line PREPARE, then TIMES times: types TYPED, presses TAB, waits until SHOWN is written, and clears the line.
"""

import json
import os
import pty
import select
import subprocess
import sys
import time

MOST_S = 20
times, prepare, typed, shown, *shell = sys.argv[1:]
pid, terminal = pty.fork()
if pid == 0:
    os.execvpe(shell[0], shell, {**os.environ, "TERM": "xterm", "PS1": "prompt> ", "COLUMNS": "120"})


unread = b""


def read_until(text, most_s=MOST_S):
    """Whether `text` was written within that time; what was written behind it is read later."""
    global unread
    end = time.monotonic() + most_s
    while text.encode() not in unread:
        if not select.select([terminal], [], [], max(0, end - time.monotonic()))[0]:
            return False
        unread += os.read(terminal, 65536)
    unread = unread.partition(text.encode())[2]
    return True


def forget():
    """Reads what is still written, until there is nothing for a while."""
    global unread
    read_until("nothing is like that", 0.2)
    unread = b""


def press(keys):
    os.write(terminal, keys.encode())


read_until("prompt> ")
press(prepare + "; echo pre''pared\n")
if not read_until("prepared") or not read_until("prompt> "):
    sys.exit(f"the shell did not start: {unread}")
tabs, nodes = [], []
for _ in range(int(times)):
    press(typed)
    read_until(typed[-4:])
    forget()
    start = time.monotonic()
    press("\t")
    if not read_until(shown):
        sys.exit(f"no completion: {unread}")
    tabs.append((time.monotonic() - start) * 1000)
    press("\x15")
    forget()
    start = time.monotonic()
    subprocess.run(["node", "-e", "0"], check=True)
    nodes.append((time.monotonic() - start) * 1000)
print(json.dumps({"tab": min(tabs), "node": min(nodes)}))
os.close(terminal)
