"""Labels of the descriptors that have a path."""

import os
import pty
import stat

HOSTILE = b'file\nline-\x1b[31mred\xff\xfe'
BLOCK_DEVICES = ('/dev/loop7', '/dev/loop0', '/dev/ram0', '/dev/zram0', '/dev/vda', '/dev/sda')


def add_files(zoo):
    at = lambda name: os.path.join(zoo.folder, name)
    zoo.attempt('file', lambda: create(at(b'plain')))
    zoo.attempt('file-deleted', lambda: create(at(b'gone'), delete=True), '6 bytes on the disk still')
    zoo.attempt('file-named-deleted', lambda: create(at(b'kept (deleted)')), 'the name ends so; it exists')
    zoo.attempt('file-named-deleted-deleted', lambda: create(at(b'lost (deleted)'), delete=True), 'the name ends so, and it is deleted')
    zoo.attempt('file-deleted-with-decoy', lambda: decoy(at(b'rotated')), 'another file has the name that the link shows')
    zoo.attempt('file-hostile-name', lambda: create(at(HOSTILE)))
    zoo.attempt('file-hostile-name-deleted', lambda: create(at(b'gone-' + HOSTILE), delete=True))
    zoo.attempt('file-temporary', lambda: os.open(zoo.folder, os.O_TMPFILE | os.O_RDWR), 'O_TMPFILE')
    zoo.attempt('file-open-twice-a', lambda: create(at(b'twice')), 'the open file of dup, not of -b')
    zoo.attempt('file-open-twice-b', lambda: os.open(at(b'twice'), os.O_RDONLY), 'an open of its own')
    zoo.attempt('file-open-twice-a-dup', lambda: os.dup(zoo['file-open-twice-a']), 'shares the open file of -a')
    zoo.attempt('directory', lambda: os.open(zoo.folder, os.O_RDONLY | os.O_DIRECTORY))
    zoo.attempt('directory-path-only', lambda: os.open(zoo.folder, os.O_PATH), 'O_PATH')
    zoo.attempt('symbolic-link', lambda: symlink(at(b'link')), 'O_PATH | O_NOFOLLOW: the link itself')
    zoo.attempt('memfd', lambda: os.memfd_create('zoo'), 'says (deleted) by design')
    zoo.attempt('memfd-hostile-name', lambda: os.memfd_create(HOSTILE.decode('latin1')))
    zoo.attempt('file-proc', lambda: os.open('/proc/self/status', os.O_RDONLY))
    add_pipes(zoo, at(b'fifo'))
    add_devices(zoo)


def create(path, delete=False):
    fd = os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600)
    os.write(fd, b'sample')
    if delete:
        os.unlink(path)
    return fd


def decoy(path):
    fd = create(path, delete=True)
    os.close(create(path + b' (deleted)'))
    return fd


def symlink(path):
    os.symlink('plain', path)
    return os.open(path, os.O_PATH | os.O_NOFOLLOW)


def add_pipes(zoo, path):
    read_end, write_end = os.pipe()
    zoo.keep('pipe-read', read_end, 'one inode with pipe-write, another open file')
    zoo.keep('pipe-write', write_end)
    os.mkfifo(path)
    zoo.attempt('fifo', lambda: os.open(path, os.O_RDWR))


def add_devices(zoo):
    zoo.attempt('character-device', lambda: os.open('/dev/zero', os.O_RDONLY))
    try:
        master, slave = pty.openpty()
        zoo.keep('pty-master', master)
        zoo.keep('pty-slave', slave)
    except OSError as error:
        zoo.refuse('pty-master', f'{error}')
        zoo.refuse('pty-slave', f'{error}')
    zoo.attempt('block-device', open_block_device)


def open_block_device():
    """The first that opens for reading; nothing is read."""
    reasons = []
    for path in BLOCK_DEVICES:
        try:
            if stat.S_ISBLK(os.stat(path).st_mode):
                return os.open(path, os.O_RDONLY | os.O_NONBLOCK)
        except OSError as error:
            reasons.append(f'{error}')
    raise OSError(2, '; '.join(reasons))
