import type { SocketOption } from './kernel-calls.ts';

/** The options and requests of socket(7) and tcp(7) that change nothing. */
const SOL_SOCKET = 1;
const SOL_TCP = 6;
export const SO_TYPE: SocketOption = { level: SOL_SOCKET, name: 3 };
/** Tells the peer of a closed socket too, which getpeername(2) does not. @see kernel net/core/sock.c sk_getsockopt(), net/ipv4/af_inet.c inet_getname() */
export const SO_PEERNAME: SocketOption = { level: SOL_SOCKET, name: 28 };
/** sizeof struct sockaddr_in and sockaddr_in6: a longer answer than the kernel has is refused. */
export const PEER_BYTES = { inet: 16, inet6: 28 } as const;
/** Nine u32. @see kernel include/uapi/linux/sock_diag.h SK_MEMINFO_RMEM_ALLOC, SK_MEMINFO_FWD_ALLOC */
export const SO_MEMINFO: SocketOption = { level: SOL_SOCKET, name: 55 };
export const MEMINFO_BYTES = 36;
export const RMEM_ALLOC = 0;
export const FWD_ALLOC = 4;
export const FIONREAD = 0x541b;
export const SO_PROTOCOL: SocketOption = { level: SOL_SOCKET, name: 38 };
export const SO_DOMAIN: SocketOption = { level: SOL_SOCKET, name: 39 };
export const SO_NETNS_COOKIE: SocketOption = { level: SOL_SOCKET, name: 71 };
/** Two int: whether, and for how many seconds. */
export const SO_LINGER: SocketOption = { level: SOL_SOCKET, name: 13 };
export const LINGER_BYTES = 8;
export const TCP_INFO: SocketOption = { level: SOL_TCP, name: 11 };
export const SIOCGSKNS = 0x894c;
export const POLLERR = 0x8;
export const POLLHUP = 0x10;
export const POLLRDHUP = 0x2000;
