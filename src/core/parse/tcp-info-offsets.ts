/** Byte offsets in struct tcp_info. @see kernel include/uapi/linux/tcp.h */
export const TCP_INFO = {
  state: 0,
  rcvMss: 20,
  lastDataSent: 44,
  lastDataRecv: 52,
  lastAckRecv: 56,
  pmtu: 60,
  rcvSpace: 96,
  bytesAcked: 120,
  bytesReceived: 128,
  bytesSent: 200,
} as const;
