const LOSSY = new TextDecoder('utf-8', { ignoreBOM: true });
const STRICT = new TextDecoder('utf-8', { ignoreBOM: true, fatal: true });
const NON_ASCII = /[^\0-\x7f]/;
const REPLACEMENT = '\uFFFD';

export interface Text {
  /** Bytes that are no UTF-8 are U+FFFD here. */
  readonly text: string;
  /** All the bytes, where `text` had to replace some. */
  readonly base64: string | null;
}

/**
 * Reads bytes from /proc, given one character per byte (latin1), as UTF-8.
 *
 *     'caf\xc3\xa9' -> { text: 'café', base64: null }
 *     'caf\xe9'     -> { text: 'caf\uFFFD', base64: 'Y2Fm6Q==' }
 *
 * Text with characters above 0xFF is not bytes: it comes back as it is.
 */
export function toText(bytes: string): Text {
  if (!NON_ASCII.test(bytes)) return { text: bytes, base64: null };

  const octets = new Uint8Array(bytes.length);
  for (let at = 0; at < bytes.length; at++) {
    const code = bytes.charCodeAt(at);
    if (code > 0xff) return { text: bytes, base64: null };
    octets[at] = code;
  }

  const text = LOSSY.decode(octets);
  // U+FFFD may also be what the bytes really say.
  const isWhole = !text.includes(REPLACEMENT) || isUtf8(octets);
  return { text, base64: isWhole ? null : btoa(bytes) };
}

function isUtf8(octets: Uint8Array): boolean {
  try {
    STRICT.decode(octets);
    return true;
  } catch {
    return false;
  }
}

/** Writes text as the bytes of its UTF-8, one character each: 'café' -> 'caf\xc3\xa9', as readers of /proc give them. */
export function toBytes(text: string): string {
  return NON_ASCII.test(text) ? String.fromCodePoint(...new TextEncoder().encode(text)) : text;
}
