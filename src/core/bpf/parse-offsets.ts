import { ALL_FIELDS } from './layout.ts';
import type { Offsets, Way } from './offsets.ts';

/** Larger than any structure of the kernel. */
const MOST_BYTES = 1 << 20;

/** Reads offsets that were kept as JSON; null where anything about them does not fit. */
export function parseOffsets(text: string): Offsets | null {
  let kept: unknown;
  try {
    kept = JSON.parse(text);
  } catch {
    return null;
  }
  if (!isRecord(kept) || !isRecord(kept['context']) || !Array.isArray(kept['ways'])) return null;
  const { iteratorId, pathOf, socketToSock, context } = kept;
  const { seq, task, fd, file } = context;
  const ways = kept['ways'].map(toWay);
  if (!isNumber(iteratorId, 2 ** 31 - 1) || !isNumber(pathOf) || !isNumber(socketToSock)) return null;
  if (!isNumber(seq) || !isNumber(task) || !isNumber(fd) || !isNumber(file)) return null;
  const known = ways.filter((way) => way !== null);
  if (known.length !== ways.length || ways.length !== ALL_FIELDS.length) return null;
  return { iteratorId, context: { seq, task, fd, file }, pathOf, socketToSock, ways: known };
}

function toWay(kept: unknown): Way | null {
  if (!isRecord(kept) || !Array.isArray(kept['hops']) || !isNumber(kept['offset'])) return null;
  const hops = kept['hops'].filter((hop): hop is number => isNumber(hop));
  return hops.length === kept['hops'].length ? { hops, offset: kept['offset'] } : null;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function isNumber(value: unknown, most = MOST_BYTES): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= most;
}
