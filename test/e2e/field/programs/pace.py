"""At what pace a program leaks, and for how long: `[leaks per second] [seconds]` of its command line."""
import signal, sys, time
def read_pace(hz=1, secs=150):
    words = sys.argv[1:]
    return float(words[0]) if words else hz, min(float(words[1]) if len(words) > 1 else secs, 175)
def leak_on(leak, hz, secs, more=3):
    """Leaks until the time is over; `more` at once on SIGUSR1."""
    signal.signal(signal.SIGUSR1, lambda *_: [leak() for _ in range(more)])
    end = time.time() + secs
    while time.time() < end:
        time.sleep(1 / hz if hz else 1)
        if hz: leak()
