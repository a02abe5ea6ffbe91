import { formatIp } from '../parse/ip.ts';

/** A keyed hash in hex, of 16 digits or more: the key is thrown away, so that nobody can try addresses against it. */
export type Hash = (text: string) => string;

const IPV4 = /(?<![\d.])(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})(?![\d.]*\.\d)(?!\d)/g;
const IPV6 = /(?<![\w:.])(?:[0-9a-f]{0,4}:){2,7}[0-9a-f]{0,4}(?![\w:.])/gi;
/** `0100007F:1F90` and its longer sister in `/proc/net/tcp`. */
const HEX_ADDRESS = /(?<![0-9A-Fa-f])([0-9A-F]{32}|[0-9A-F]{8})(?=:[0-9A-F]{4}\b)/g;
const PATH = /(?<![\w.:/])\/(?!dev\/|proc\/|sys\/|memfd:)[^\s"'`:;,()[\]<>\\|]+/g;
const MEMFD = /(\/memfd:)([^\s"'`()]+)/g;
const ABSTRACT = /(?<![\w.])@[\w./-]+/g;
const V4_MAPPED_HEX = '0000000000000000FFFF0000';
const LOOPBACK_HEX = '00000000000000000000000001000000';

/**
 * Replaces addresses (also in hex and mapped into IPv6), paths and given names by ones that are made up, the same for the same:
 * ports, families, loopback and equality stay, so that a listing is judged as before.
 *
 *     '10.0.0.7:5432 /srv/app/a.log' -> '10.118.3.20:5432 /p1f3a9c02/p5d00e1b7/p9e4c2d11'
 */
export class Redactor {
  readonly #hash: Hash;
  readonly #names: readonly string[];

  /** Names shorter than three characters would be found everywhere, and tell nothing. */
  constructor(hash: Hash, names: readonly string[]) {
    this.#hash = hash;
    this.#names = [...new Set(names)]
      .filter((name) => name.length > 2 && !COMMON.has(name))
      .sort((a, b) => b.length - a.length);
  }

  redact(text: string): string {
    return this.#withoutNames(
      text
        .replace(HEX_ADDRESS, (hex) => this.#hex(hex))
        .replace(IPV4, (address) => this.#ipv4(address))
        .replace(IPV6, (address) => this.#ipv6(address))
        .replace(PATH, (path) => this.#path(path))
        .replace(MEMFD, (_, prefix: string, name: string) => `${prefix}${this.#word(name)}`)
        .replace(ABSTRACT, (name) => `@${this.#word(name)}`),
    );
  }

  #withoutNames(text: string): string {
    let rest = text;
    for (const name of this.#names) if (rest.includes(name)) rest = rest.replaceAll(name, this.#word(name));
    return rest;
  }

  #word(text: string): string {
    return `p${this.#hash(text).slice(0, 8)}`;
  }

  #path(path: string): string {
    return path
      .split('/')
      .map((part) => (part === '' || part === '#' ? part : this.#word(part)))
      .join('/');
  }

  #ipv4(address: string): string {
    if (/^(?:127|0)\./.test(address) || address === '255.255.255.255') return address;
    const hash = this.#hash(address);
    const byte = (at: number): number => Number.parseInt(hash.slice(2 * at, 2 * at + 2), 16);
    return `10.${byte(0)}.${byte(1)}.${byte(2)}`;
  }

  #ipv6(address: string): string {
    if (!/[0-9a-f]/i.test(address) || /^[0:]*1?$/.test(address) || /^::ffff:?$/i.test(address)) return address;
    // `12:34:56` is a time of day.
    if (!address.includes('::') && address.split(':').length < 8) return address;
    const hash = this.#hash(address.toLowerCase());
    return `fd00::${hash.slice(0, 4)}:${hash.slice(4, 8)}`;
  }

  #hex(hex: string): string {
    if (hex.length === 8) return this.#hexOfIpv4(hex);
    if (/^0+$/.test(hex) || hex === LOOPBACK_HEX) return hex;
    if (hex.startsWith(V4_MAPPED_HEX)) return V4_MAPPED_HEX + this.#hexOfIpv4(hex.slice(V4_MAPPED_HEX.length));
    const hash = this.#hash(formatIp(hex, 'LE')).toUpperCase();
    return `000000FD0000000000000000${hash.slice(0, 4)}${hash.slice(4, 8)}`;
  }

  /** As the text form, so that both stay the same address. */
  #hexOfIpv4(hex: string): string {
    const address = this.#ipv4(formatIp(hex, 'LE'));
    return address
      .split('.')
      .toReversed()
      .map((byte) => Number(byte).toString(16).padStart(2, '0'))
      .join('')
      .toUpperCase();
  }
}

/** Words that listings are made of. */
const COMMON: ReadonlySet<string> = new Set([
  'root',
  'node',
  'true',
  'false',
  'null',
  'socket',
  'pipe',
  'run',
  'tcp',
  'udp',
  'unix',
  'proc',
  'fdleak',
]);
