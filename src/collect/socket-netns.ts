import type { KernelCalls } from './kernel-calls.ts';
import { hasSameWords, OutWords } from './out-words.ts';
import { SIOCGSKNS, SO_NETNS_COOKIE } from './socket-numbers.ts';
import { readInode } from './stat-buffer.ts';

/**
 * Tells the network namespace of sockets that this process holds, as the inode of its `/proc/<pid>/ns/net`; null where the kernel does not
 * say. Namespaces have a cookie that is cheap to ask for; the inode behind it needs a descriptor, once for many sockets of one.
 *
 * @see kernel net/socket.c sock_ioctl() SIOCGSKNS
 */
export class SocketNetns {
  readonly #calls: KernelCalls;
  readonly #cookie = new OutWords(8);
  readonly #lastCookie = new Int32Array(2);
  #lastNetns: string | null | undefined = undefined;

  constructor(calls: KernelCalls) {
    this.#calls = calls;
  }

  of(fd: number): string | null {
    const hasCookie = this.#calls.getsockopt(fd, SO_NETNS_COOKIE, this.#cookie.emptied()) === 0;
    if (!hasCookie) return this.#byDescriptor(fd);
    if (this.#lastNetns === undefined || !hasSameWords(this.#cookie.words, this.#lastCookie)) {
      this.#lastNetns = this.#byDescriptor(fd);
      this.#lastCookie.set(this.#cookie.words);
    }
    return this.#lastNetns;
  }

  #byDescriptor(fd: number): string | null {
    const namespace = this.#calls.ioctl(fd, SIOCGSKNS);
    if (namespace < 0) return null;
    const inode = readInode(this.#calls, namespace);
    this.#calls.close(namespace);
    return inode;
  }
}
