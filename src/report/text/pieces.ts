const PIECE_LENGTH = 65_536;

/** Joins short texts to pieces of about 64 KB: few enough writes, none of them large. */
export function* toPieces(texts: Iterable<string>): Generator<string> {
  let piece = '';
  for (const text of texts) {
    piece += text;
    if (piece.length >= PIECE_LENGTH) {
      yield piece;
      piece = '';
    }
  }
  if (piece !== '') yield piece;
}
