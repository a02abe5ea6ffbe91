import { request } from 'node:http';
import { gunzipSync } from 'node:zlib';

export type HttpAnswer =
  | { readonly kind: 'read'; readonly bytes: Uint8Array }
  | { readonly kind: 'failed'; readonly because: string };

export interface HttpGet {
  readonly url: URL;
  /** From the first packet to the last byte. */
  readonly deadlineMs: number;
  /** Of the answer, also unpacked. */
  readonly mostBytes: number;
  /** Asked when the head of the answer has come, with our own port, before anything of it is read: null, or why it is not believed. */
  readonly whyDoubted: (ownPort: number) => string | null;
  /** Asked with the beginning of the answer, at most 64 KiB of it, packed as it may be. */
  readonly isWanted: (head: Uint8Array) => boolean;
}

const HEAD_BYTES = 1 << 16;
const GZIP = [0x1f, 0x8b] as const;

/**
 * Gets a document by HTTP, once: no redirects, no proxies, no cookies, no connection kept. Never rejects; what is endless, late, too
 * large, packed a thousand times or not what was wanted is dropped where that is seen.
 *
 * @see RFC 9110
 */
export function getOnce({ url, deadlineMs, mostBytes, whyDoubted, isWanted }: HttpGet): Promise<HttpAnswer> {
  return new Promise((resolve) => {
    const asked = request(url, {
      agent: false,
      // Kept until it is answered: whoever accepted it can still be looked for.
      headers: { 'user-agent': 'fdleak', accept: '*/*', 'accept-encoding': 'identity', connection: 'keep-alive' },
    });
    const end = (answer: HttpAnswer): void => {
      clearTimeout(timer);
      asked.destroy();
      resolve(answer);
    };
    const fail = (because: string): void => end({ kind: 'failed', because });
    const timer = setTimeout(() => fail(`no answer within ${deadlineMs / 1000} s`), deadlineMs);
    asked.on('error', (error) => fail(error.message));
    asked.on('response', (response) => {
      const { statusCode, socket } = response;
      if (statusCode !== 200) return fail(`it answered ${statusCode ?? 'nothing'}`);
      const doubt = whyDoubted(socket.localPort ?? 0);
      if (doubt !== null) return fail(doubt);
      const chunks: Buffer[] = [];
      let size = 0;
      let isKnown = false;
      const check = (): void => {
        isKnown = true;
        if (!isWanted(Buffer.concat(chunks).subarray(0, HEAD_BYTES))) fail('it answered with something else');
      };
      response.on('error', (error) => fail(error.message));
      response.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        size += chunk.length;
        if (size > mostBytes)
          return fail(`it answered with more than ${formatMib(mostBytes)}: save it with curl, and name the file`);
        if (!isKnown && size >= HEAD_BYTES) check();
      });
      response.on('end', () => {
        if (!isKnown) check();
        end(unpack(Buffer.concat(chunks), mostBytes));
      });
    });
    asked.end();
  });
}

/** `4 MiB`, `0.3 MiB`. */
function formatMib(bytes: number): string {
  return `${Math.round((bytes / (1 << 20)) * 10) / 10} MiB`;
}

function unpack(bytes: Buffer, mostBytes: number): HttpAnswer {
  if (bytes[0] !== GZIP[0] || bytes[1] !== GZIP[1]) return { kind: 'read', bytes };
  try {
    return { kind: 'read', bytes: gunzipSync(bytes, { maxOutputLength: mostBytes }) };
  } catch (error) {
    const because = error instanceof RangeError ? `unpacks to more than ${formatMib(mostBytes)}` : 'damaged gzip data';
    return { kind: 'failed', because };
  }
}
