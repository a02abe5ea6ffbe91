/** Byte order of the host that wrote the text. */
export type ByteOrder = 'LE' | 'BE';

const IPV4_BYTES = 4;
const IPV6_BYTES = 16;
const GROUPS = 8;

/**
 * Formats an address of `/proc/<pid>/net/tcp` (8 hex digits) or `tcp6` (32): 32-bit words printed in the byte
 * order of the host.
 *
 *     '0100007F', 'LE' -> '127.0.0.1'
 *     '0000000000000000FFFF00000100007F', 'LE' -> '::ffff:127.0.0.1'
 *
 * Text of another length comes back as it is.
 *
 * @see kernel net/ipv6/tcp_ipv6.c get_tcp6_sock()
 */
export function formatIp(hex: string, byteOrder: ByteOrder): string {
  if (hex.length !== 2 * IPV4_BYTES && hex.length !== 2 * IPV6_BYTES) return hex;
  const bytes = new Uint8Array(hex.length / 2);
  const view = new DataView(bytes.buffer);
  for (let at = 0; at < bytes.length; at += 4) {
    view.setUint32(at, Number.parseInt(hex.slice(2 * at, 2 * at + 8), 16), byteOrder === 'LE');
  }
  return formatIpBytes(bytes);
}

/**
 * Formats an address of 4 or 16 bytes in network order, as in a sockaddr. IPv6 is shortened as RFC 5952 says;
 * v4-mapped addresses end in the dotted form.
 */
export function formatIpBytes(bytes: Uint8Array): string {
  return bytes.length === IPV4_BYTES ? bytes.join('.') : formatIpv6(bytes);
}

function formatIpv6(bytes: Uint8Array): string {
  const groups: number[] = [];
  for (let at = 0; at < GROUPS; at++) groups.push(((bytes[2 * at] ?? 0) << 8) | (bytes[2 * at + 1] ?? 0));
  if (isV4Mapped(groups)) return `::ffff:${bytes.subarray(IPV6_BYTES - IPV4_BYTES).join('.')}`;

  const { start, length } = findLongestZeroRun(groups);
  if (length < 2) return formatGroups(groups);
  return `${formatGroups(groups.slice(0, start))}::${formatGroups(groups.slice(start + length))}`;
}

function isV4Mapped(groups: readonly number[]): boolean {
  return groups[5] === 0xffff && groups.slice(0, 5).every((group) => group === 0);
}

/** The first of the longest runs. RFC 5952 section 4.2.3. */
function findLongestZeroRun(groups: readonly number[]): { start: number; length: number } {
  let longest = { start: 0, length: 0 };
  let start = 0;
  for (const [at, group] of groups.entries()) {
    if (group !== 0) start = at + 1;
    else if (at + 1 - start > longest.length) longest = { start, length: at + 1 - start };
  }
  return longest;
}

function formatGroups(groups: readonly number[]): string {
  return groups.map((group) => group.toString(16)).join(':');
}
