"""Opens files at random moments and keeps them, until its limit is reached. Arguments: a seed, the limit, how many a second."""
import json
import os
import random
import resource
import sys
import time

seed, limit, rate = int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))
random.seed(seed)
print(json.dumps({"pid": os.getpid()}), flush=True)
kept = []
due = time.monotonic()
end = due + 600
while time.monotonic() < end:
    due += random.expovariate(rate)
    time.sleep(max(0, due - time.monotonic()))
    try:
        kept.append(open("/dev/null"))
    except OSError:
        pass
