import { createRequire } from 'node:module';
import type * as Koffi from 'koffi';
import type { CLibrary } from './c-library.ts';

/** The C library that Node itself runs on, through koffi. Throws where koffi is not installed or has no build for this machine. */
export function loadByKoffi(): CLibrary {
  const koffi: typeof Koffi = createRequire(import.meta.url)('koffi');
  const libc = koffi.load(null);
  const close = libc.func('int close(int fd)');
  return {
    func: (prototype) => libc.func(prototype),
    closeElsewhere: (fd, whenClosed) => close.async(fd, whenClosed),
    addressOf: (bytes) => koffi.address(bytes),
    errno: () => koffi.errno(),
  };
}
