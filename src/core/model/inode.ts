declare const inodeBrand: unique symbol;

/** An inode number in decimal, `3126838341`. 64 bits wide and only ever compared, so it stays text. */
export type Inode = string & { readonly [inodeBrand]: true };

export function toInode(digits: string): Inode {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a brand has no other constructor than an assertion
  return digits as Inode;
}
