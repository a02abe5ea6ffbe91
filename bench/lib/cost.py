"""Runs a command, and says on stderr what it took at its end: peak memory, and time of the processor.

    python3 cost.py COMMAND [ARGUMENT...]

By wait4(2), from outside: to have Node report it needs an option of Node, with which fdleak starts otherwise.
"""

import os
import subprocess
import sys

_, status, used = os.wait4(subprocess.Popen(sys.argv[1:]).pid, 0)
processor_ms = (used.ru_utime + used.ru_stime) * 1000
print(f"peak {used.ru_maxrss / 1024:.0f} MB, {processor_ms:.0f} ms of processor", file=sys.stderr)
sys.exit(os.waitstatus_to_exitcode(status))
