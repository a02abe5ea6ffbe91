import { readFileSync } from 'node:fs';

export const TYPES = '/sys/kernel/btf/vmlinux';
/** Of `struct btf_member`. */
const MEMBER_BYTES = 12;
const MOST_APART = 100 * MEMBER_BYTES;

/** This kernel's types, with one name for another of the same length. */
export function withRenamed(from: string, to: string): Buffer {
  const bytes = readFileSync(TYPES);
  const at = bytes.indexOf(`\0${from}\0`, 0, 'latin1');
  if (at < 0 || from.length !== to.length) throw new Error(`cannot put ${to} for ${from}`);
  bytes.write(to, at + 1, 'latin1');
  return bytes;
}

/** The same with two members in each other's place, in each structure that has both. Where they have one width, the verifier sees nothing wrong. */
export function withSwapped(one: string, other: string): Buffer {
  const bytes = readFileSync(TYPES);
  const header = bytes.readUInt32LE(4);
  const types = header + bytes.readUInt32LE(8);
  const strings = header + bytes.readUInt32LE(16);
  const nameOf = (name: string): number => bytes.indexOf(`\0${name}\0`, strings, 'latin1') + 1 - strings;
  const [first, second] = [nameOf(one), nameOf(other)];
  const placesOf = (name: number): number[] => {
    const places: number[] = [];
    for (let at = types; at < strings; at += 4) if (bytes.readUInt32LE(at) === name) places.push(at);
    return places;
  };
  const others = placesOf(second);
  const pairs = placesOf(first).flatMap((at) => {
    const there = others.find((place) => (place - at) % MEMBER_BYTES === 0 && Math.abs(place - at) < MOST_APART);
    return there === undefined ? [] : [{ at, there }];
  });
  if (pairs.length === 0) throw new Error(`${one} and ${other} are not of one structure`);
  for (const { at, there } of pairs) {
    bytes.writeUInt32LE(second, at);
    bytes.writeUInt32LE(first, there);
  }
  return bytes;
}
