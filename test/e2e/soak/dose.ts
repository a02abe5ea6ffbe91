/** How much of a soak is run: a little by `npm test`, all of it by `npm run test:long`. */
export function toDose({ little, all }: { readonly little: number; readonly all: number }): number {
  return process.env['FDLEAK_SOAK'] === 'all' ? all : little;
}
