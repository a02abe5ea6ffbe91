import { StringDecoder } from 'node:string_decoder';
import { type SavedBytes, toWhole } from './saved-files.ts';

/** The text of a file whole, in whatever it is encoded. */
export function toText(bytes: Uint8Array): string {
  return new TextDecoder(encodingOf(bytes)).decode(bytes);
}

/** The text of a file in pieces, of which none is kept: lines may go over their ends. */
export function* toPieces(file: SavedBytes): Generator<string> {
  const encoding = encodingOf(file.bytes);
  if (encoding === 'utf-16be' || (file.more === null && file.bytes.length <= PIECE_BYTES)) {
    yield toText(toWhole(file).bytes);
    return;
  }
  // TextDecoder makes of a piece of ASCII text twice the bytes.
  const decoder = new StringDecoder(encoding === 'utf-8' ? 'utf8' : 'utf16le');
  for (let at = 0; at < file.bytes.length; at += PIECE_BYTES)
    yield decoder.write(Buffer.from(file.bytes.subarray(at, at + PIECE_BYTES)));
  for (const piece of file.more ?? []) yield decoder.write(Buffer.from(piece.buffer, piece.byteOffset, piece.length));
  yield decoder.end();
}

const PIECE_BYTES = 1 << 18;

/** UTF-16 is what redirections of Windows write, some without a byte order mark. */
function encodingOf(bytes: Uint8Array): 'utf-8' | 'utf-16le' | 'utf-16be' {
  const [first, second] = bytes;
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  const isWide = (first === 0xff && second === 0xfe) || (first !== 0 && hasZeros(bytes.subarray(0, 512)));
  return isWide ? 'utf-16le' : 'utf-8';
}

/** Whether every second byte of the beginning is 0, as that of English text is in UTF-16. `-F0` has fewer of them. */
function hasZeros(head: Uint8Array): boolean {
  const odd = head.filter((_, at) => at % 2 === 1);
  return odd.length > 8 && odd.filter((byte) => byte === 0).length > odd.length * 0.9;
}
