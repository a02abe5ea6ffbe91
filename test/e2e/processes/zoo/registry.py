"""The labels: what was made, and what could not be made and why."""

import os
import socket
import sys
import time

from kernel import tcp_state


class Registry:
    def __init__(self, folder, peer):
        self.folder = os.fsencode(folder)
        self.peer = peer
        self.specimens = []
        self.impossible = []
        self._kept = {}
        self._promised = {}

    def attempt(self, label, make, note='', state=None):
        """Makes one specimen; whatever goes wrong is told in `impossible`, and None comes back.

        `state` is the TCP state it must have reached when `settle` returns.
        """
        try:
            return self.keep(label, make(), note, state)
        except OSError as error:
            self.refuse(label, f'{error}')
            return None

    def keep(self, label, thing, note='', state=None, tid=None):
        fd = thing if isinstance(thing, int) else thing.fileno()
        if label in self._kept:
            raise ValueError(f'two specimens are called {label}')
        self._kept[label] = thing
        if state is not None:
            self._promised[label] = state
        self.specimens.append({'label': label, 'fd': fd, 'tid': tid, 'inode': str(os.fstat(fd).st_ino), 'note': note})
        return thing

    def refuse(self, label, because):
        self.impossible.append({'label': label, 'because': because})

    def __getitem__(self, label):
        """The specimen of that label; OSError where it could not be made, so that those built on it are impossible too."""
        if label not in self._kept:
            raise OSError(2, f'{label} could not be made')
        return self._kept[label]

    def settle(self, deadline_seconds=12):
        """Waits until every specimen is in the state it promised; the others are moved to `impossible` and closed."""
        deadline = time.monotonic() + deadline_seconds
        waiting = dict(self._promised)
        while waiting and time.monotonic() < deadline:
            waiting = {label: state for label, state in waiting.items() if tcp_state(self._kept[label]) != state}
            time.sleep(0.05)
        for label, state in waiting.items():
            self.refuse(label, f'should be {state}, stays {tcp_state(self._kept[label])}')
            self.specimens = [specimen for specimen in self.specimens if specimen['label'] != label]
            self._kept.pop(label).close()


def warn(text):
    print(f'zoo: {text}', file=sys.stderr, flush=True)


def duplicate(sock):
    """A second descriptor of the same open socket."""
    return socket.socket(fileno=os.dup(sock.fileno()))
