"""A network namespace of its own for the clients of a server, at the far end of a veth pair. Needs root."""
import ctypes, os, subprocess
LIBC = ctypes.CDLL(None, use_errno=True)
tag = f"{os.getpid() % 100000}"; here, there = f"fa{tag}", f"fb{tag}"; net = f"10.{os.getpid() % 200 + 20}.{os.getpid() // 200 % 250}"
def ip(*args): subprocess.run(["ip", *args], check=True)
def leave():
    """The clients' part: out of the network of the server."""
    if LIBC.unshare(0x40000000): os._exit(1)                 # CLONE_NEWNET
def join_to(world):
    """The server's part, once they have left: a way to them."""
    ip("link", "add", here, "type", "veth", "peer", "name", there, "netns", str(world))
    ip("addr", "add", f"{net}.1/24", "dev", here); ip("link", "set", here, "up")
