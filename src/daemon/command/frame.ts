const HEADER_BYTES = 4;

/** Longest body of a frame, in bytes. The longest message of the protocol has under 200. */
export const MAX_FRAME_BYTES = 4096;

/** One frame taken off ConnCmd, or the reason why nothing more can be read from it. */
export type Frame =
  | { readonly kind: 'frame'; readonly value: unknown }
  | { readonly kind: 'bad'; readonly because: string };

/**
 * Puts one message into a frame: its length as 4 bytes, big-endian, then that many bytes of JSON.
 *
 *     {"type":"ping"}  ->  00 00 00 0f 7b 22 74 …
 */
export function toFrame(message: object): Buffer {
  const body = Buffer.from(JSON.stringify(message), 'utf8');
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt32BE(body.length);
  return Buffer.concat([header, body]);
}

/**
 * Takes frames off a byte stream, however the network cut it.
 *
 * A bad frame is the last one: past a length that cannot be trusted there is no next boundary to find.
 * The length is judged before the body is waited for, so a peer cannot make us hold more than one frame.
 */
export class FrameReader {
  #pending: Buffer = Buffer.alloc(0);
  #isBroken = false;

  /** Adds bytes and returns the frames they complete; after a bad frame always none. */
  push(bytes: Uint8Array): Frame[] {
    if (this.#isBroken) return [];
    const frames: Frame[] = [];
    let rest: Buffer = Buffer.concat([this.#pending, bytes]);
    while (rest.length >= HEADER_BYTES) {
      const length = rest.readUInt32BE();
      if (length > MAX_FRAME_BYTES)
        return [...frames, this.#break(`a frame of ${length} bytes, ${MAX_FRAME_BYTES} at most`)];
      if (rest.length < HEADER_BYTES + length) break;
      const frame = parseBody(rest.subarray(HEADER_BYTES, HEADER_BYTES + length));
      if (frame.kind === 'bad') return [...frames, this.#break(frame.because)];
      frames.push(frame);
      rest = rest.subarray(HEADER_BYTES + length);
    }
    this.#pending = rest;
    return frames;
  }

  #break(because: string): Frame {
    this.#isBroken = true;
    this.#pending = Buffer.alloc(0);
    return { kind: 'bad', because };
  }
}

function parseBody(body: Buffer): Frame {
  try {
    return { kind: 'frame', value: JSON.parse(new TextDecoder('utf8', { fatal: true }).decode(body)) };
  } catch {
    return { kind: 'bad', because: `a frame that is no JSON: ${JSON.stringify(body.toString('latin1', 0, 40))}` };
  }
}
