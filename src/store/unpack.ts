import { gunzipSync } from 'node:zlib';
import { BrokenRow } from './row.ts';

/** Of evidence, unpacked: an inspection of 20,000 descriptors has 16 MB. */
const MOST_EVIDENCE_BYTES = 1 << 26;

/** A few megabytes can be made to unpack to gigabytes. */
export function unpack(gzip: Buffer): string {
  try {
    return gunzipSync(gzip, { maxOutputLength: MOST_EVIDENCE_BYTES }).toString();
  } catch (error) {
    throw new BrokenRow(`evidence cannot be unpacked: ${error instanceof Error ? error.message : String(error)}`);
  }
}
