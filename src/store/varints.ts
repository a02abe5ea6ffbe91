/** LEB128 without a sign: seven bits a byte, lowest first, the top bit says that more follow. */
export function addVarints(bytes: number[], values: readonly number[]): void {
  for (const value of values) {
    let rest = value;
    for (; rest > 0x7f; rest >>>= 7) bytes.push((rest & 0x7f) | 0x80);
    bytes.push(rest);
  }
}

/** The numbers of a blob that {@link addVarints} made; a last one that was cut is left out. */
export function readVarints(blob: Buffer): number[] {
  const values: number[] = [];
  let value = 0;
  let shift = 0;
  for (const byte of blob) {
    value |= (byte & 0x7f) << shift;
    shift += 7;
    if (byte < 0x80) {
      values.push(value);
      value = 0;
      shift = 0;
    }
  }
  return values;
}
