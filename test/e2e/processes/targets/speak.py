"""How the small targets talk to their test: `ready {...}` once, then an answer to each line; they end with their input."""
import json
import sys


def ready(**facts):
    print("ready " + json.dumps(facts), flush=True)


def answer(replies):
    """Answers each line of input by the function of that name; ends when the input does."""
    for line in sys.stdin:
        print(json.dumps(replies[line.strip()]()), flush=True)
